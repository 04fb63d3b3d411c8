import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleSha, sampleTask } from "../../testing/samples.ts";
import { makeId, toTaskKey } from "../ids.ts";
import { compareWithPlan } from "./replan.ts";
import type { Task } from "../task.ts";
import type { PlannedTask } from "./task-plan.ts";

function task(number: number, overrides: Partial<Task> = {}): Task {
  const id = makeId("tsk", String(number));
  return sampleTask({ id, key: toTaskKey(`AAS-${number}`), title: `Task ${number}`, ...overrides });
}

/** The same task as a plan says it, under another name. */
function planned(from: Task, overrides: Partial<PlannedTask> = {}): PlannedTask {
  const { title, description, priority, type, files, acceptance, builder } = from;
  return {
    id: `new-${from.key}`,
    title,
    description,
    priority,
    type,
    files,
    acceptance,
    builder,
    dependsOn: [],
    ...overrides,
  };
}

const collected = { status: "collected", submissionId: makeId("sub", "1"), sha: sampleSha() } as const;

test("what a new plan asks for in the same words is kept, what it adds is new, what it leaves out is dropped", () => {
  const [one, two, built] = [task(1), task(2), task(3, { state: collected })];
  const again = planned(one, { priority: "urgent", dependsOn: ["else"], files: one.files.toReversed() });
  const changed = planned(two, { description: "Other words." });

  expect(compareWithPlan([one, two, built], [changed, again])).toEqual({
    kept: [{ task: one, planned: again }],
    added: [changed],
    dropped: [two],
    leftOver: [built],
  });
});

test.each<[string, Partial<PlannedTask>]>([
  ["title", { title: "Another" }],
  ["description", { description: "Another" }],
  ["type", { type: "bug" }],
  ["files", { files: ["src/other.ts"] }],
  ["acceptance", { acceptance: [["make"]] }],
  ["builder", { builder: { kind: "blueprint", name: "ts-plugin", variables: {} } }],
])("another %s is another task", (_name, change) => {
  const [one] = [task(1)];

  expect(compareWithPlan([one], [planned(one, change)]).kept).toEqual([]);
});

test("two tasks of the same words are two, and a canceled one is none", () => {
  const twin = { title: "Twin" };
  const [one, two, gone] = [
    task(1, twin),
    task(2, twin),
    task(3, { ...twin, state: { status: "canceled" } }),
  ];
  const wanted = [planned(one), planned(two), planned(gone)];

  const { kept, added, dropped } = compareWithPlan([one, two, gone], wanted);

  expect(kept.map((each) => each.task.key)).toEqual(["AAS-1", "AAS-2"]);
  expect([added, dropped]).toEqual([[wanted[2]], []]);
});

test("every task and every wish is accounted for once, and built work is never dropped", () => {
  const anyTask = fc
    .record({ title: fc.constantFrom("a", "b", "c"), isBuilt: fc.boolean() })
    .map(({ title, isBuilt }) => ({ title, ...(isBuilt ? { state: collected } : {}) }));
  fc.assert(
    fc.property(fc.array(anyTask), fc.array(fc.constantFrom("a", "b", "c", "d")), (given, titles) => {
      const tasks = given.map((each, index) => task(index + 1, each));
      const plan = titles.map((title, index) => planned(task(900 + index, { title })));

      const { kept, added, dropped, leftOver } = compareWithPlan(tasks, plan);

      const known = [...kept.map((each) => each.task), ...dropped, ...leftOver].map(({ key }) => key);
      const wished = [...kept.map((each) => each.planned), ...added].map(({ id }) => id);
      expect(known.toSorted()).toEqual(tasks.map(({ key }) => key).toSorted());
      expect(wished.toSorted()).toEqual(plan.map(({ id }) => id).toSorted());
      expect(dropped.filter(({ state }) => state.status === "collected")).toEqual([]);
      expect(added.filter(({ title }) => dropped.some((each) => each.title === title))).toEqual([]);
    }),
  );
});

test("of a blueprint the values of its variables count, and not how they are listed", () => {
  const builder = (variables: Readonly<Record<string, string>>): PlannedTask["builder"] => ({
    kind: "blueprint",
    name: "ts-plugin",
    variables,
  });
  const one = task(1, { builder: builder({ name: "clock", folder: "src" }) });
  const keptOf = (variables: Readonly<Record<string, string>>): number =>
    compareWithPlan([one], [planned(one, { builder: builder(variables) })]).kept.length;

  expect(keptOf({ folder: "src", name: "clock" })).toBe(1);
  expect(keptOf({ folder: "src", name: "watch" })).toBe(0);
  expect(keptOf({ name: "clock" })).toBe(0);
});
