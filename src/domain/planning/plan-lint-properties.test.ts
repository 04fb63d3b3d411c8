import fc from "fast-check";
import { expect, test } from "vitest";
import { reachabilityOf } from "../graph/reachability.ts";
import { redundantEdges } from "../graph/task-graph.ts";
import { accept, plan, planned } from "../../testing/plan-samples.ts";
import { lintPlan } from "./plan-lint.ts";
import type { TaskPlan } from "./task-plan.ts";

function nodesOf({
  tasks,
}: TaskPlan): readonly { readonly key: string; readonly dependsOn: readonly string[] }[] {
  return tasks.map(({ id, dependsOn }) => ({ key: id, dependsOn }));
}

/** Plans of up to 500 tasks; the same for the same seed. In a sound one edges lead only to tasks of lower numbers. */
const anyPlan = fc
  .record({
    seed: fc.nat(),
    size: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 500 })),
    edges: fc.integer({ min: 0, max: 4 }),
    files: fc.integer({ min: 1, max: 3 }),
    isSound: fc.boolean(),
  })
  .map(seededPlan);

function seededPlan(given: {
  readonly seed: number;
  readonly size: number;
  readonly edges: number;
  readonly files: number;
  readonly isSound: boolean;
}): TaskPlan {
  const { size, edges, files, isSound } = given;
  const below = numbersBelow(given.seed);
  const some = (most: number, make: () => string): readonly string[] =>
    Array.from({ length: below(most + 1) }, make);
  const tasks = [...Array(size).keys()].map((index) =>
    planned(`t${index}`, {
      dependsOn: some(edges, () => `t${below(isSound ? index : size + 1)}`).filter(
        (id) => id !== `t${index}`,
      ),
      files: [`own/${index}.ts`, ...some(files, () => `shared/${below(size)}.ts`)],
    }),
  );
  return plan(tasks.toSorted(() => below(3) - 1));
}

/** Whole numbers by a linear congruence; 0 where nothing lies below. */
function numbersBelow(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const runs = { numRuns: 150 };

test("an accepted plan has no cycle, no unknown, needless or self edge, and no two tasks at once on one file", () => {
  const kinds = new Set<string>();
  const sizes = new Set<number>();
  fc.assert(
    fc.property(anyPlan, (given) => {
      const lint = lintPlan(given);
      kinds.add(lint.kind);
      if (lint.kind === "refused") return;
      sizes.add(given.tasks.length);
      const nodes = nodesOf(lint.plan);
      const ids = new Set(nodes.map(({ key }) => key));
      const { reaches } = reachabilityOf(nodes);

      expect(nodes.filter(({ key }) => reaches(key, key))).toEqual([]);
      expect(nodes.flatMap(({ dependsOn }) => dependsOn.filter((id) => !ids.has(id)))).toEqual([]);
      expect(redundantEdges(nodes)).toEqual([]);
      expect(unorderedPairs(lint.plan)).toEqual([]);
    }),
    runs,
  );

  expect([...kinds].toSorted()).toEqual(["accepted", "refused"]);
  expect(Math.max(...sizes)).toBeGreaterThan(300);
});

function unorderedPairs({ tasks }: TaskPlan): readonly string[] {
  const { reaches } = reachabilityOf(tasks.map(({ id, dependsOn }) => ({ key: id, dependsOn })));
  const sharing = new Map<string, string[]>();
  for (const { id, files } of tasks)
    for (const file of files) sharing.set(file, [...(sharing.get(file) ?? []), id]);
  return [...sharing.values()].flatMap((ids) =>
    ids.flatMap((a) => ids.filter((b) => a < b && !reaches(a, b) && !reaches(b, a)).map((b) => `${a} ${b}`)),
  );
}

test("a plan is refused exactly when it has a cycle or an edge to nowhere", () => {
  fc.assert(
    fc.property(anyPlan, (given) => {
      const nodes = nodesOf(given);
      const { reaches } = reachabilityOf(nodes);
      const isBroken =
        nodes.some(({ key }) => reaches(key, key)) ||
        nodes.some(({ dependsOn }) => dependsOn.includes(`t${nodes.length}`));

      expect(lintPlan(given).kind).toBe(isBroken ? "refused" : "accepted");
    }),
    runs,
  );
});

const soundPlan = anyPlan.filter((given) => lintPlan(given).kind === "accepted");

test("repairs lose no order: what was reachable still is, and what is new follows from the added edges", () => {
  fc.assert(
    fc.property(soundPlan, (given) => {
      const before = nodesOf(given);
      const after = nodesOf(accept(given).plan);
      const old = new Map(before.map(({ key, dependsOn }) => [key, new Set(dependsOn)]));
      const expected = after.map(({ key, dependsOn }) => ({
        key,
        dependsOn: [...(old.get(key) ?? []), ...dependsOn.filter((on) => old.get(key)?.has(on) !== true)],
      }));
      const [now, then] = [reachabilityOf(after), reachabilityOf(expected)];

      for (const { key } of before.slice(0, 40))
        for (const other of before) expect(now.reaches(key, other.key)).toBe(then.reaches(key, other.key));
    }),
    { numRuns: 60 },
  );
});

test("every repair is told, once, and a repaired plan needs none", () => {
  fc.assert(
    fc.property(soundPlan, (given) => {
      const lint = accept(given);

      expect(accept(lint.plan)).toEqual({ ...lint, repairs: [] });
      expect(new Set(lint.repairs).size).toBe(lint.repairs.length);
      expect(lint.repairs.length > 0).toBe(JSON.stringify(lint.plan) !== JSON.stringify(given));
    }),
    runs,
  );
});
