import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleIntegration } from "../testing/delivery-samples.ts";
import { sampleSha, sampleTime } from "../testing/samples.ts";
import { makeId, type Sha } from "./ids.ts";
import { type Integration, integrationStatus, isSettled } from "./integration.ts";
import { byPriorityAndAge, priorities } from "./priority.ts";
import {
  permissionOf,
  planQueue,
  type QueueAction,
  type QueuePermission,
  unsureLandings,
} from "./queue-plan.ts";
import type { RunState } from "./run.ts";
import type { Stage } from "./stage.ts";

const base = sampleSha(1);

function entry(id: string, overrides: Partial<Integration> = {}): Integration {
  return sampleIntegration({ id: makeId("int", id), ...overrides });
}

function mergeable(id: string, overrides: Partial<Integration> = {}): Integration {
  const tree = sampleSha(100);
  return entry(id, {
    candidate: { sha: sampleSha(200), tree, baseSha: base },
    lastCheck: { tree, validationId: makeId("val", id), verdict: "passed" },
    ...overrides,
  });
}

/** Where every run deploys and nothing landed unnoted. */
function plan(entries: readonly Integration[], baseHead: Sha, isFrozen: boolean): QueueAction {
  const permissions = new Map(entries.map(({ id }) => [id, "land" as const]));
  return planQueue(entries, { baseHead, isFrozen, permissions, landed: new Set() });
}

function planned(entries: readonly Integration[], permission: QueuePermission): QueueAction {
  const permissions = new Map(entries.map(({ id }) => [id, permission]));
  return planQueue(entries, { baseHead: base, isFrozen: false, permissions, landed: new Set() });
}

test("an empty queue waits", () => {
  expect(plan([], base, false)).toEqual({ kind: "wait" });
});

test.each<[string, Integration, QueueAction["kind"]]>([
  ["without a candidate gets one", entry("1"), "make_candidate"],
  ["with an unchecked candidate is checked", mergeable("1", { lastCheck: null }), "check"],
  ["that passed lands", mergeable("1"), "land"],
])("an entry %s", (_name, only, kind) => {
  expect(plan([only], base, false)).toEqual({ kind, id: only.id });
});

test("an entry that failed is rejected", () => {
  const failed = mergeable("1");
  const lastCheck = { tree: sampleSha(100), validationId: makeId("val", "1"), verdict: "failed" as const };

  expect(plan([{ ...failed, lastCheck }], base, false)).toEqual({
    kind: "reject_failed",
    id: failed.id,
  });
});

test("what is mergeable lands before anything else moves", () => {
  expect(
    plan([entry("1", { priority: "urgent" }), mergeable("2", { priority: "low" })], base, false),
  ).toEqual({
    kind: "land",
    id: "int_2",
  });
});

test("of several mergeable entries the more urgent lands first, then the older", () => {
  const entries = [
    mergeable("1", { priority: "low", createdAt: sampleTime(0) }),
    mergeable("2", { priority: "high", createdAt: sampleTime(9) }),
    mergeable("3", { priority: "high", createdAt: sampleTime(5) }),
  ];

  expect(plan(entries, base, false)).toEqual({ kind: "land", id: "int_3" });
});

test("a frozen queue lands nothing and still prepares the next", () => {
  expect(plan([mergeable("1"), entry("2", { createdAt: sampleTime(9) })], base, true)).toEqual({
    kind: "make_candidate",
    id: "int_2",
  });
  expect(plan([mergeable("1")], base, true)).toEqual({ kind: "wait" });
});

test("an entry that waits for a person holds up nobody", () => {
  const waiting = mergeable("1", { needsApproval: true, priority: "urgent" });

  expect(plan([waiting, entry("2")], base, false)).toEqual({ kind: "make_candidate", id: "int_2" });
  expect(plan([waiting], base, false)).toEqual({ kind: "wait" });
});

test("an entry that may only be prepared is checked and does not land", () => {
  expect(planned([entry("1")], "prepare")).toEqual({ kind: "make_candidate", id: "int_1" });
  expect(planned([mergeable("1")], "prepare")).toEqual({ kind: "wait" });
});

test("an entry that rests costs nothing, whatever it would need", () => {
  fc.assert(
    fc.property(anyEntries, ({ entries }) => {
      expect(planned(entries, "rest")).toEqual({ kind: "wait" });
      expect(planned([...entries, mergeable("last")], "rest")).toEqual({ kind: "wait" });
    }),
  );
});

test("an entry whose run is over leaves the queue, and nothing else happens to it", () => {
  for (const only of [entry("1"), mergeable("1"), mergeable("1", { lastCheck: null })])
    expect(planned([only], "withdraw")).toEqual({ kind: "withdraw", id: "int_1" });
});

test("what stands on the base is noted before anything else, also for an entry that was given up", () => {
  const canceled = mergeable("2", { outcome: { kind: "rejected", reason: "canceled", details: [] } });
  const facts = { baseHead: base, isFrozen: true, permissions: new Map(), landed: new Set([canceled.id]) };

  expect(planQueue([mergeable("1"), canceled], facts)).toEqual({ kind: "note_landing", id: "int_2" });
});

const stateOf = (status: "running" | "paused", stage: Stage): RunState =>
  status === "running" ? { status, stage } : { status, stage, reason: "person" };

test.each<[RunState, QueuePermission]>([
  [stateOf("running", "deploy"), "land"],
  [stateOf("running", "validate"), "prepare"],
  [stateOf("running", "implement"), "rest"],
  [stateOf("paused", "validate"), "rest"],
  [stateOf("paused", "deploy"), "rest"],
  [{ status: "queued" }, "rest"],
  [{ status: "failed", stage: "deploy", code: "environment" }, "withdraw"],
  [{ status: "canceled" }, "withdraw"],
])("the entry of a run that is %j may %s", (run, permission) => {
  expect(permissionOf("run", run)).toBe(permission);
  expect(permissionOf("revert", run)).toBe("land");
});

test("only what was made for a base that has moved on, and that nothing else landed on, may have landed", () => {
  const onto = (id: string, baseSha: Sha, outcome: Integration["outcome"]): Integration =>
    mergeable(id, { candidate: { sha: sampleSha(200), tree: sampleSha(100), baseSha }, outcome });
  const before = sampleSha(7);
  const taken = sampleSha(8);
  const landed = { kind: "landed", sha: sampleSha(200) } as const;
  const canceled = { kind: "rejected", reason: "canceled", details: [] } as const;
  const entries = [
    onto("open", before, null),
    onto("canceled", before, canceled),
    onto("conflict", before, { ...canceled, reason: "conflict" }),
    onto("current", base, null),
    onto("landed", taken, landed),
    onto("late", taken, canceled),
    entry("new"),
  ];

  expect(unsureLandings(entries, base).map(({ id }) => id)).toEqual(["int_open", "int_canceled"]);
});

/** What will happen to an entry once it is worked on. */
interface Fate {
  readonly conflicts: boolean;
  readonly passes: boolean;
}

interface World {
  readonly entries: readonly Integration[];
  readonly baseHead: Sha;
  readonly made: number;
}

const anyEntries = fc
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

function change(world: World, id: string, patch: Partial<Integration>): World {
  return { ...world, entries: world.entries.map((each) => (each.id === id ? { ...each, ...patch } : each)) };
}

function perform(
  world: World,
  action: Exclude<QueueAction, { kind: "wait" }>,
  fates: ReadonlyMap<string, Fate>,
): World {
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

function makeCandidate(world: World, found: Integration, fate: Fate): World {
  if (fate.conflicts)
    return change(world, found.id, { outcome: { kind: "rejected", reason: "conflict", details: [] } });
  const made = world.made + 1;
  const candidate = { sha: sampleSha(1_000 + made), tree: sampleSha(5_000 + made), baseSha: world.baseHead };
  return { ...change(world, found.id, { candidate }), made };
}

function land(world: World, found: Integration): World {
  const ready = world.entries.filter((each) => integrationStatus(each, world.baseHead) === "mergeable");
  expect(ready.toSorted(byPriorityAndAge)[0]).toBe(found);
  expect(found.needsApproval && found.approvedSha !== found.candidate?.sha).toBe(false);
  const sha = found.candidate?.sha ?? base;
  return { ...change(world, found.id, { outcome: { kind: "landed", sha } }), baseHead: sha };
}

/** Performs what the plan says until it waits. */
function drive(first: World, fates: ReadonlyMap<string, Fate>, isFrozen: boolean): World {
  let world = first;
  const bound = 4 * (first.entries.length + 1) ** 2;
  for (let step = 0; step < bound; step += 1) {
    const action = plan(world.entries, world.baseHead, isFrozen);
    if (action.kind === "wait") return world;
    world = perform(world, action, fates);
  }
  throw new Error(`The queue did not come to rest in ${bound} steps.`);
}

function statusesOf(world: World): readonly string[] {
  return world.entries
    .filter((each) => !isSettled(each))
    .map((each) => integrationStatus(each, world.baseHead));
}

test("worked off, a queue leaves only what waits for a person, and lands only what is mergeable", () => {
  fc.assert(
    fc.property(anyEntries, ({ entries, fates }) => {
      const rest = drive({ entries, baseHead: base, made: 0 }, fates, false);

      expect(statusesOf(rest).filter((status) => status !== "waiting_approval")).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("nobody starves: with a person who answers, and a base that others move, every entry is settled", () => {
  const landed: number[] = [];
  fc.assert(
    fc.property(anyEntries, fc.array(fc.boolean(), { maxLength: 6 }), ({ entries, fates }, moves) => {
      let world: World = { entries, baseHead: base, made: 0 };
      for (const [index, isMoved] of [...moves, ...entries.map(() => false)].entries()) {
        const moved = isMoved ? moveBase(world, sampleSha(9_000 + index)) : world;
        world = approveFirst(drive(moved, fates, false));
      }
      const rest = drive(world, fates, false);

      expect(statusesOf(rest)).toEqual([]);
      landed.push(rest.entries.filter((each) => each.outcome?.kind === "landed").length);
    }),
    { numRuns: 200 },
  );

  expect(Math.max(...landed)).toBeGreaterThan(1);
});

function moveBase(world: World, baseHead: Sha): World {
  return { ...world, baseHead };
}

function approveFirst(world: World): World {
  const waiting = world.entries.find(
    (each) => integrationStatus(each, world.baseHead) === "waiting_approval",
  );
  return waiting === undefined
    ? world
    : change(world, waiting.id, { approvedSha: waiting.candidate?.sha ?? null });
}

test("frozen, it lands nothing however long it is driven, and goes on when thawed", () => {
  fc.assert(
    fc.property(anyEntries, ({ entries, fates }) => {
      const frozen = drive({ entries, baseHead: base, made: 0 }, fates, true);
      const thawed = drive(frozen, fates, false);

      expect(frozen.entries.filter((each) => each.outcome?.kind === "landed")).toEqual([]);
      expect(statusesOf(thawed).filter((status) => status !== "waiting_approval")).toEqual([]);
    }),
  );
});

test("an entry that nothing is said about rests where it stands", () => {
  const facts = {
    baseHead: base,
    isFrozen: false,
    permissions: new Map(),
    landed: new Set<Integration["id"]>(),
  };

  expect(planQueue([mergeable("1"), entry("2")], facts)).toEqual({ kind: "wait" });
});
