import { expect, test } from "vitest";
import { cpuMs } from "../../testing/cpu-time.ts";
import { accept, plan, planned } from "../../testing/plan-samples.ts";
import { lintPlan, type PlanLint } from "./plan-lint.ts";
import type { PlannedTask, TaskPlan } from "./task-plan.ts";

function count(tasks: number): TaskPlan {
  return plan(
    [...Array(tasks).keys()].map((index) => planned(`t${index}`)),
    { sizeReason: null },
  );
}

function problemsOf(lint: PlanLint): readonly string[] {
  return lint.kind === "refused" ? lint.problems : [];
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

test("five hundred tasks are judged in no time, however many edges and shared files they have", () => {
  const all = [...Array(500).keys()].map((index) => `t${index}`);
  const dense = plan(
    all.map((id, index) =>
      planned(id, { dependsOn: all.slice(0, index), files: ["one.ts", `src/${id}.ts`] }),
    ),
  );
  const shared = plan(all.map((id) => planned(id, { files: ["one.ts", "two.ts", "src/"] })));

  const started = cpuMs();
  expect(accept(dense).plan.tasks.map(({ dependsOn }) => dependsOn.length)).toEqual([
    0,
    ...all.slice(1).map(() => 1),
  ]);
  expect(accept(shared).repairs.length).toBe(499);
  expect(cpuMs() - started).toBeLessThan(5_000);
});
