import fc from "fast-check";
import { expect, test } from "vitest";
import { lintPlan, type PlanLint } from "./plan-lint.ts";
import { reachabilityOf } from "../graph/reachability.ts";
import { redundantEdges } from "../graph/task-graph.ts";
import type { PlannedTask, TaskPlan } from "./task-plan.ts";

function planned(id: string, overrides: Partial<PlannedTask> = {}): PlannedTask {
  return {
    id,
    title: `Task ${id}`,
    description: "",
    priority: "medium",
    type: "feature",
    dependsOn: [],
    files: [`src/${id}.ts`],
    acceptance: [["npm", "test"]],
    builder: { kind: "model" },
    ...overrides,
  };
}

function plan(tasks: readonly PlannedTask[], overrides: Partial<TaskPlan> = {}): TaskPlan {
  return { tasks, sizeReason: "small on purpose", ...overrides };
}

function count(tasks: number): TaskPlan {
  return plan(
    [...Array(tasks).keys()].map((index) => planned(`t${index}`)),
    { sizeReason: null },
  );
}

function problemsOf(lint: PlanLint): readonly string[] {
  return lint.kind === "refused" ? lint.problems : [];
}

function accept(given: TaskPlan): Extract<PlanLint, { kind: "accepted" }> {
  const lint = lintPlan(given);
  if (lint.kind === "refused") throw new Error(lint.problems.join("\n"));
  return lint;
}

function nodesOf({
  tasks,
}: TaskPlan): readonly { readonly key: string; readonly dependsOn: readonly string[] }[] {
  return tasks.map(({ id, dependsOn }) => ({ key: id, dependsOn }));
}

test("a sound plan is accepted as it is", () => {
  const sound = plan([planned("a"), planned("b", { dependsOn: ["a"], files: ["lib/", "src/b.ts"] })]);

  expect(lintPlan(sound)).toEqual({ kind: "accepted", plan: sound, repairs: [], warnings: [] });
});

test.each<[string, readonly PlannedTask[], readonly string[]]>([
  ["no tasks", [], ["The plan has no tasks."]],
  ["an id used twice", [planned("a"), planned("a")], ['The id "a" is used twice.']],
  ["no title", [planned("a", { title: " \n" })], ['Task "a" has no title.']],
  ["no files", [planned("a", { files: [] })], ['Task "a" names no files.']],
  [
    "an unknown dependency",
    [planned("a", { dependsOn: ["b"] })],
    ['Task "a" depends on "b", which is not in the plan.'],
  ],
  [
    "a task that waits for itself",
    [planned("a", { dependsOn: ["a"] })],
    ['Task "a" depends on itself.', 'These tasks wait for each other: "a".'],
  ],
  [
    "a cycle, without naming the task behind it",
    [
      planned("a", { dependsOn: ["b"] }),
      planned("b", { dependsOn: ["a"] }),
      planned("c", { dependsOn: ["b"] }),
    ],
    ['These tasks wait for each other: "a", "b".'],
  ],
  [
    "a file outside the repository",
    [planned("a", { files: ["../secrets", "src/"] })],
    ['Task "a" names the file "../secrets": it leaves its folder.'],
  ],
  ["the whole file system", [planned("a", { files: ["/"] })], ['Task "a" names the file "/": it is empty.']],
  [
    "a claim on the whole repository, which only a task without a plan has",
    [planned("a", { files: ["*"] })],
    ['Task "a" names the file "*": it contains a character that not every system allows.'],
  ],
  [
    "everything at once",
    [planned("a", { title: "", files: [], dependsOn: ["x"] })],
    [
      'Task "a" has no title.',
      'Task "a" depends on "x", which is not in the plan.',
      'Task "a" names no files.',
    ],
  ],
])("a plan with %s is refused", (_name, tasks, problems) => {
  expect(lintPlan(plan(tasks))).toEqual({ kind: "refused", problems });
});

test("a plan of more than five hundred tasks is refused without looking further", () => {
  expect(problemsOf(lintPlan(count(501)))).toEqual(["The plan has 501 tasks; at most 500 make one run."]);
  expect(lintPlan(count(500)).kind).toBe("accepted");
});

test.each([
  [4, ["The plan has 4 tasks where five to ten are usual, and does not say why."]],
  [5, []],
  [10, []],
  [11, ["The plan has 11 tasks where five to ten are usual, and does not say why."]],
])("a plan of %s tasks that does not say why: %j", (tasks, warnings) => {
  expect(accept(count(tasks)).warnings).toEqual(warnings);
});

test("a missing acceptance command is told", () => {
  expect(accept(plan([planned("a", { acceptance: [] })])).warnings).toEqual(["a has no acceptance command."]);
});

test("edges that follow from others or stand twice are dropped, and that is told", () => {
  const lint = accept(
    plan([planned("a"), planned("b", { dependsOn: ["a", "a"] }), planned("c", { dependsOn: ["b", "a"] })]),
  );

  expect(lint.plan.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], ["a"], ["b"]]);
  expect(lint.repairs).toEqual([
    "b names each task it waits for once.",
    "c no longer names a: it follows through others.",
  ]);
});

test("of two tasks on one file the later waits for the earlier, unless they are ordered already", () => {
  const shared = ["src/shared.ts", "docs/"];
  const lint = accept(
    plan([
      planned("a", { files: shared }),
      planned("b", { files: shared }),
      planned("c", { files: shared, dependsOn: ["b"] }),
      planned("d", { files: ["docs/"] }),
    ]),
  );

  expect(lint.plan.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], ["a"], ["b"], []]);
  expect(lint.repairs).toEqual(["b now waits for a: both change src/shared.ts."]);
  expect(lint.warnings).toEqual(["a, b, c, d may change files of docs/ at the same time."]);
});

test("a task waits for one that is listed after it when that one must come first anyway", () => {
  const lint = accept(
    plan([
      planned("a", { files: ["x", "y"], dependsOn: ["z"] }),
      planned("b", { files: ["x", "y"] }),
      planned("z"),
    ]),
  );

  expect(lint.plan.tasks.map(({ dependsOn }) => dependsOn)).toEqual([["z", "b"], [], []]);
  expect(lint.repairs).toEqual(["a now waits for b: both change x, y."]);
});

test("an edge that is added may make another one needless, and a file named twice is named once", () => {
  const lint = accept(
    plan([
      planned("a", { files: ["x", "x"] }),
      planned("b", { files: ["x", "y"] }),
      planned("c", { files: ["y"], dependsOn: ["a"] }),
    ]),
  );

  expect(lint.plan.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], ["a"], ["b"]]);
  expect(lint.plan.tasks[0]?.files).toEqual(["x"]);
  expect(lint.repairs).toEqual([
    "a names each of its files once.",
    "b now waits for a: both change x.",
    "c no longer names a: it follows through others.",
    "c now waits for b: both change y.",
  ]);
});

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

test("five hundred tasks are judged in no time, however many edges and shared files they have", () => {
  const all = [...Array(500).keys()].map((index) => `t${index}`);
  const dense = plan(
    all.map((id, index) =>
      planned(id, { dependsOn: all.slice(0, index), files: ["one.ts", `src/${id}.ts`] }),
    ),
  );
  const shared = plan(all.map((id) => planned(id, { files: ["one.ts", "two.ts", "src/"] })));

  const started = performance.now();
  expect(accept(dense).plan.tasks.map(({ dependsOn }) => dependsOn.length)).toEqual([
    0,
    ...all.slice(1).map(() => 1),
  ]);
  expect(accept(shared).repairs.length).toBe(499);
  expect(performance.now() - started).toBeLessThan(5_000);
});
