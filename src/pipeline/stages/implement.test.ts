import fc from "fast-check";
import { expect, test } from "vitest";
import { makeId, toTaskKey } from "../../domain/ids.ts";
import { isCollected, type Task, type TaskState } from "../../domain/task.ts";
import { sampleSha, sampleTask } from "../../testing/samples.ts";
import { outcomeOf, runnableTasks } from "./implement.ts";

const runId = makeId("run", "one");
const queued: TaskState = { status: "queued" };
const active: TaskState = { status: "active" };
const collected: TaskState = { status: "collected", submissionId: makeId("sub", "1"), sha: sampleSha(1) };
const done: TaskState = { status: "done", commit: sampleSha(2) };
const stuck: TaskState = { status: "needs_review", reason: "3 attempts failed" };
const canceled: TaskState = { status: "canceled" };

function task(number: number, state: TaskState, ...dependsOn: readonly number[]): Task {
  return sampleTask({
    key: toTaskKey(`AAS-${number}`),
    state,
    dependsOn: dependsOn.map((on) => toTaskKey(`AAS-${on}`)),
  });
}

function keysOf(tasks: readonly Task[]): readonly string[] {
  return tasks.map(({ key }) => key);
}

test("a task starts when all it depends on is collected or done", () => {
  const tasks = [
    task(1, collected),
    task(2, done),
    task(3, queued, 1, 2),
    task(4, queued, 3),
    task(5, queued),
  ];

  expect(keysOf(runnableTasks(tasks, 9))).toEqual(["AAS-3", "AAS-5"]);
});

test.each([stuck, canceled, active, queued])("a task behind one that is %j stays blocked", (state) => {
  expect(keysOf(runnableTasks([task(1, state), task(2, queued, 1)], 9))).toEqual(
    state === queued ? ["AAS-1"] : [],
  );
});

test("a dependency that is settled elsewhere holds up nothing", () => {
  expect(keysOf(runnableTasks([task(2, queued, 77)], 1))).toEqual(["AAS-2"]);
});

test.each([
  [0, []],
  [1, []],
  [2, ["AAS-2"]],
  [3, ["AAS-2", "AAS-3"]],
])("with one active task and %s places, %j start", (places, expected) => {
  const tasks = [task(1, active), task(2, queued), task(3, queued)];

  expect(keysOf(runnableTasks(tasks, places))).toEqual(expected);
});

test("repeated, the choice collects every task of a graph, each after what it depends on", () => {
  const anyGraph = fc
    .array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 20 })
    .map((edges) => edges.map((on, index) => task(index, queued, ...on.filter((each) => each < index))));
  fc.assert(
    fc.property(anyGraph, fc.integer({ min: 1, max: 4 }), (graph, places) => {
      let tasks: readonly Task[] = graph;
      for (let turn = 0; turn < graph.length; turn += 1) {
        const started = new Set(runnableTasks(tasks, places));
        expect(started.size).toBeLessThanOrEqual(places);
        tasks = tasks.map((each) => (started.has(each) ? { ...each, state: collected } : each));
      }

      expect(tasks.filter(({ state }) => !isCollected(state))).toEqual([]);
    }),
  );
});

test("all collected: the stage succeeds, and canceled tasks do not count", () => {
  expect(outcomeOf(runId, [task(1, collected), task(2, done), task(3, canceled)])).toEqual({
    kind: "finished",
    status: "success",
    output: "2 of 2 tasks collected",
    metrics: { collected: 2, needsReview: 0 },
  });
});

test("half collected: these land, and the rest is told", () => {
  expect(outcomeOf(runId, [task(1, collected), task(2, stuck), task(3, queued, 2), task(4, done)])).toEqual({
    kind: "finished",
    status: "partial",
    output: "2 of 4 tasks collected",
    warnings: ["AAS-2 needs review: 3 attempts failed", "AAS-3 waits for a task that needs review"],
    metrics: { collected: 2, needsReview: 2 },
  });
});

test("fewer than half: the run fails here and nothing lands", () => {
  expect(outcomeOf(runId, [task(1, collected), task(2, stuck), task(3, stuck)])).toEqual({
    kind: "failed",
    code: "implementation_failed",
    message:
      "1 of 3 tasks could be built: AAS-2 needs review: 3 attempts failed; AAS-3 needs review: 3 attempts failed.",
    cure: 'aas automate retry run_one --hint "…"',
    details: ["AAS-2 needs review: 3 attempts failed", "AAS-3 needs review: 3 attempts failed"],
  });
});

test("nothing collected fails, however few tasks there are", () => {
  expect(outcomeOf(runId, [task(1, stuck)]).kind).toBe("failed");
});

test("a run lands something exactly when at least half of its wanted tasks are collected", () => {
  const anyStates = fc.array(fc.constantFrom(queued, collected, done, stuck, canceled), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(anyStates, (states) => {
      const wanted = states.filter((state) => state !== canceled);
      const built = wanted.filter(isCollected);
      const lands = built.length * 2 >= wanted.length && (built.length > 0 || wanted.length === 0);

      expect(
        outcomeOf(
          runId,
          states.map((state, index) => task(index, state)),
        ).kind,
      ).toBe(lands ? "finished" : "failed");
    }),
  );
});
