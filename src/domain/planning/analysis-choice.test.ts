import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleRun, sampleSha, sampleTask } from "../../testing/samples.ts";
import { type AnalysisBoard, analysisObstacle, tasksToAnalyse } from "./analysis-choice.ts";
import { makeId, type RunId, type TaskKey, toTaskKey } from "../ids.ts";
import type { RunState } from "../run.ts";
import type { Task, TaskState } from "../task.ts";

const key = toTaskKey("AAS-1");
const other = toTaskKey("AAS-2");
const runId = makeId("run", "1");
const failed: RunState = { status: "failed", stage: "decompose", code: "base_red" };

function free(overrides: Partial<Task> = {}): Task {
  return sampleTask({ key, runId: null, ...overrides });
}

function board(given: Partial<AnalysisBoard> = {}): AnalysisBoard {
  return { tasks: [free()], runs: [], answered: new Map<TaskKey, RunId>(), ...given };
}

function naming(state: RunState): AnalysisBoard["runs"][number] {
  return sampleRun({ id: runId, state, source: { kind: "tasks", keys: [key] } });
}

test("a queued task that waits for nothing and that nobody took up is sent", () => {
  expect(tasksToAnalyse(board())).toEqual([free()]);
});

test("a task is not sent while a run has it, even one that has only named it so far", () => {
  const named = board({ runs: [naming({ status: "queued" })] });
  const taken = board({
    tasks: [free({ runId })],
    runs: [sampleRun({ id: runId, state: { status: "running", stage: "wait" } })],
  });

  expect(analysisObstacle(free(), named)).toEqual({ kind: "has_run", runId });
  expect(analysisObstacle(free({ runId }), taken)).toEqual({ kind: "has_run", runId });
});

test("a task that a settled run had is left to a person, and one that was answered is never asked about again", () => {
  const past = board({ runs: [naming(failed)] });
  const answered = { ...past, answered: new Map([[key, runId]]) };

  expect(analysisObstacle(free(), past)).toEqual({ kind: "had_run", runId });
  expect(analysisObstacle(free(), answered)).toEqual({ kind: "answered", runId });
});

test.each<TaskState>([
  { status: "active" },
  { status: "done", commit: sampleSha(1) },
  { status: "needs_review", reason: "3 attempts failed" },
  { status: "canceled" },
])("a task that is $status is not sent", (state) => {
  expect(analysisObstacle(free({ state }), board())).toEqual({ kind: "not_queued", status: state.status });
});

test("what a blueprint builds needs no analysis", () => {
  const builder = { kind: "blueprint", name: "python-plugin", variables: {} } as const;

  expect(analysisObstacle(free({ builder }), board())).toEqual({ kind: "no_model" });
});

test("a task waits for what is not done yet, unless that is named along with it", () => {
  const needed = free({ key: other });
  const waiting = free({ dependsOn: [other] });
  const open = board({ tasks: [waiting, needed] });
  const done: TaskState = { status: "done", commit: sampleSha(1) };

  expect(analysisObstacle(waiting, open)).toEqual({ kind: "waits", for: [other] });
  expect(analysisObstacle(waiting, open, [key, other])).toBeNull();
  expect(analysisObstacle(waiting, board({ tasks: [waiting, { ...needed, state: done }] }))).toBeNull();
  expect(analysisObstacle(waiting, board({ tasks: [waiting] }))).toBeNull();
});

test("whatever was sent once is not sent again", () => {
  const states = fc.constantFrom<RunState>(
    { status: "queued" },
    { status: "running", stage: "wait" },
    { status: "paused", stage: "implement", reason: "person" },
    { status: "completed", outcome: "partial" },
    { status: "canceled" },
    failed,
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 9 })), states, (numbers, state) => {
      const tasks = numbers.map((number) => free({ key: toTaskKey(`AAS-${number}`) }));
      const sent = tasksToAnalyse(board({ tasks })).map((task) => task.key);
      const run = sampleRun({ state, source: { kind: "tasks", keys: sent } });

      expect(sent).toHaveLength(numbers.length);
      expect(tasksToAnalyse(board({ tasks, runs: [run] }))).toEqual([]);
    }),
  );
});
