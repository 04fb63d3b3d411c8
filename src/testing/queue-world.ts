import fc from "fast-check";
import { expect } from "vitest";
import { makeId, type Sha } from "../domain/ids.ts";
import { type Integration, integrationStatus, isSettled } from "../domain/integration.ts";
import { byPriorityAndAge, priorities } from "../domain/priority.ts";
import type { QueueAction } from "../domain/queue-plan.ts";
import { sampleSha, sampleTime } from "./samples.ts";
import { base, entry, planOf } from "./queue-samples.ts";

/** What will happen to an entry once it is worked on. */
export interface Fate {
  readonly conflicts: boolean;
  readonly passes: boolean;
}

export interface QueueWorld {
  readonly entries: readonly Integration[];
  readonly baseHead: Sha;
  readonly made: number;
}

export const anyEntries = fc
  .array(
    fc.record({
      priority: fc.constantFrom(...priorities),
      minute: fc.nat(5),
      needsApproval: fc.boolean(),
      conflicts: fc.constantFrom(true, false, false),
      passes: fc.constantFrom(true, true, false),
    }),
    { maxLength: 12 },
  )
  .map((drawn) => ({
    fates: new Map<string, Fate>(drawn.map((each, index) => [`int_${index}`, each])),
    entries: drawn.map(({ priority, minute, needsApproval }, index) =>
      entry(`${index}`, { priority, needsApproval, createdAt: sampleTime(minute) }),
    ),
  }));

export function change(world: QueueWorld, id: string, patch: Partial<Integration>): QueueWorld {
  return { ...world, entries: world.entries.map((each) => (each.id === id ? { ...each, ...patch } : each)) };
}

function perform(
  world: QueueWorld,
  action: Exclude<QueueAction, { kind: "wait" }>,
  fates: ReadonlyMap<string, Fate>,
): QueueWorld {
  const found = world.entries.find(({ id }) => id === action.id);
  if (found === undefined) throw new Error(`${action.id} is not in the queue`);
  const fate = fates.get(found.id) ?? { conflicts: true, passes: false };
  switch (action.kind) {
    case "make_candidate":
      return makeCandidate(world, found, fate);
    case "check": {
      const tree = found.candidate?.tree ?? base;
      const verdict = fate.passes ? "passed" : "failed";
      return change(world, found.id, { lastCheck: { tree, verdict, validationId: makeId("val", found.id) } });
    }
    case "reject_failed":
      expect(integrationStatus(found, world.baseHead)).toBe("failed");
      return change(world, found.id, { outcome: { kind: "rejected", reason: "checks_failed", details: [] } });
    case "land":
      return land(world, found);
    case "note_landing":
    case "withdraw":
      throw new Error(`${action.kind} was not planned for here`);
  }
}

function makeCandidate(world: QueueWorld, found: Integration, fate: Fate): QueueWorld {
  if (fate.conflicts)
    return change(world, found.id, { outcome: { kind: "rejected", reason: "conflict", details: [] } });
  const made = world.made + 1;
  const candidate = { sha: sampleSha(1_000 + made), tree: sampleSha(5_000 + made), baseSha: world.baseHead };
  return { ...change(world, found.id, { candidate }), made };
}

function land(world: QueueWorld, found: Integration): QueueWorld {
  const ready = world.entries.filter((each) => integrationStatus(each, world.baseHead) === "mergeable");
  expect(ready.toSorted(byPriorityAndAge)[0]).toBe(found);
  expect(found.needsApproval && found.approvedSha !== found.candidate?.sha).toBe(false);
  const sha = found.candidate?.sha ?? base;
  return { ...change(world, found.id, { outcome: { kind: "landed", sha } }), baseHead: sha };
}

/** Performs what the plan says until it waits. */
export function drive(first: QueueWorld, fates: ReadonlyMap<string, Fate>, isFrozen: boolean): QueueWorld {
  let world = first;
  const bound = 4 * (first.entries.length + 1) ** 2;
  for (let step = 0; step < bound; step += 1) {
    const action = planOf(world.entries, world.baseHead, isFrozen);
    if (action.kind === "wait") return world;
    world = perform(world, action, fates);
  }
  throw new Error(`The queue did not come to rest in ${bound} steps.`);
}

export function statusesOf(world: QueueWorld): readonly string[] {
  return world.entries
    .filter((each) => !isSettled(each))
    .map((each) => integrationStatus(each, world.baseHead));
}
