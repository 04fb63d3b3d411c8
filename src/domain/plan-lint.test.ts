import fc from "fast-check";
import { expect, test } from "vitest";
import { lintPlan, type PlanLint } from "./plan-lint.ts";
import { reaches } from "./task-graph.ts";
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

test("a plan of more than a hundred tasks is refused without looking further", () => {
  expect(problemsOf(lintPlan(count(101)))).toEqual(["The plan has 101 tasks; at most 100 make one run."]);
  expect(lintPlan(count(100)).kind).toBe("accepted");
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
  const shared = ["src/shared.ts", "src/"];
  const lint = accept(
    plan([
      planned("a", { files: shared }),
      planned("b", { files: shared }),
      planned("c", { files: shared, dependsOn: ["b"] }),
      planned("d", { files: ["src/"] }),
    ]),
  );

  expect(lint.plan.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], ["a"], ["b"], []]);
  expect(lint.repairs).toEqual(["b now waits for a: both change src/shared.ts."]);
});

const fileNames = ["src/a.ts", "src/b.ts", "src/c.ts", "src/d.ts"];
const anyPlan: fc.Arbitrary<TaskPlan> = fc.integer({ min: 1, max: 12 }).chain((size) => {
  const ids = [...Array(size).keys()].map((index) => `t${index}`);
  return fc
    .array(
      fc.record({
        dependsOn: fc.array(fc.constantFrom(...ids, "unknown"), { maxLength: 3 }),
        files: fc.uniqueArray(fc.constantFrom(...fileNames), { minLength: 1, maxLength: 2 }),
      }),
      { minLength: size, maxLength: size },
    )
    .map((parts) => plan(parts.map((part, index) => planned(`t${index}`, part))));
});

/** Edges only to earlier tasks: plans that are accepted. */
const soundPlan = anyPlan.map(({ tasks, ...rest }) => ({
  ...rest,
  tasks: tasks.map((task, index) => ({
    ...task,
    dependsOn: task.dependsOn.filter((id) => id !== "unknown" && Number(id.slice(1)) < index),
  })),
}));

test("an accepted plan has no cycle, no unknown or self edge, and no unordered pair on one file", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.oneof(anyPlan, soundPlan), (given) => {
      const lint = lintPlan(given);
      kinds.add(lint.kind);
      if (lint.kind === "refused") return;
      const nodes = nodesOf(lint.plan);
      const ids = nodes.map(({ key }) => key);

      expect(ids.filter((id) => reaches(nodes, id, id))).toEqual([]);
      expect(nodes.flatMap(({ dependsOn }) => dependsOn.filter((id) => !ids.includes(id)))).toEqual([]);
      expect(unorderedPairs(lint.plan)).toEqual([]);
    }),
    { numRuns: 300 },
  );

  expect([...kinds].toSorted()).toEqual(["accepted", "refused"]);
});

function unorderedPairs({ tasks }: TaskPlan): readonly string[] {
  const nodes = tasks.map(({ id, dependsOn }) => ({ key: id, dependsOn }));
  return tasks.flatMap((a) =>
    tasks
      .filter((b) => a.id < b.id && a.files.some((file) => b.files.includes(file)))
      .filter((b) => !reaches(nodes, a.id, b.id) && !reaches(nodes, b.id, a.id))
      .map((b) => `${a.id} ${b.id}`),
  );
}

test("repairs lose no order: what was reachable still is, and what is new follows from the added edges", () => {
  fc.assert(
    fc.property(soundPlan, (given) => {
      const before = nodesOf(given);
      const after = nodesOf(accept(given).plan);
      const added = after.flatMap(({ key, dependsOn }) =>
        dependsOn
          .filter((on) => !before.some((old) => old.key === key && old.dependsOn.includes(on)))
          .map((on) => [key, on] as const),
      );
      const expected = before.map(({ key, dependsOn }) => ({
        key,
        dependsOn: [...dependsOn, ...added.filter(([from]) => from === key).map(([, on]) => on)],
      }));

      expect(orderOf(after)).toEqual(orderOf(expected));
    }),
    { numRuns: 200 },
  );
});

function orderOf(nodes: ReturnType<typeof nodesOf>): readonly string[] {
  return nodes.flatMap((a) =>
    nodes.filter((b) => reaches(nodes, a.key, b.key)).map((b) => `${a.key} after ${b.key}`),
  );
}

test("every repair is told, once", () => {
  fc.assert(
    fc.property(soundPlan, (given) => {
      const lint = accept(given);
      const again = accept(lint.plan);

      expect(again.repairs.filter((repair) => repair.includes("now waits"))).toEqual([]);
      expect(new Set(lint.repairs).size).toBe(lint.repairs.length);
      expect(lint.repairs.length > 0).toBe(JSON.stringify(lint.plan) !== JSON.stringify(given));
    }),
    { numRuns: 200 },
  );
});
