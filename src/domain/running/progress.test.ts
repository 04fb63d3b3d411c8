import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleRun, sampleStageResult, sampleTask } from "../../testing/samples.ts";
import { makeId, toTaskKey } from "../ids.ts";
import { progressOf } from "./progress.ts";
import { applyRunEvent, type Run, type RunEvent } from "../run.ts";
import { type Stage, stages } from "../stage.ts";
import { applyTaskEvent, type Task, type TaskEvent } from "../task.ts";

const submissionId = makeId("sub", "1");
const { baseSha: sha } = sampleRun();

function results(...names: readonly Stage[]): Run["stageResults"] {
  return names.map((stage) => sampleStageResult({ stage, status: "success" }));
}

function tasksIn(...states: readonly Task["state"][]): readonly Task[] {
  return states.map((state, index) => sampleTask({ key: toTaskKey(`AAS-${index + 1}`), state }));
}

const queued: Task["state"] = { status: "queued" };
const collected: Task["state"] = { status: "collected", submissionId, sha };

test("a run that waits has come nowhere, a completed one is at the end", () => {
  const waiting = sampleRun();
  const completed = sampleRun({ state: { status: "completed", outcome: "partial" } });

  expect([progressOf(waiting, []), progressOf(completed, [])]).toEqual([0, 1]);
});

test("finished stages count in full, implement by its collected tasks", () => {
  const run = sampleRun({
    state: { status: "running", stage: "implement" },
    stageResults: results("decompose", "batch", "wait"),
  });

  expect(progressOf(run, tasksIn(collected, queued))).toBe(0.5);
  expect(progressOf(run, [])).toBe(0.25);
});

test("a stage that failed does not count", () => {
  const run = sampleRun({
    state: { status: "failed", stage: "batch", code: "environment" },
    stageResults: [...results("decompose"), sampleStageResult({ stage: "batch", status: "failure" })],
  });

  expect(progressOf(run, tasksIn(queued))).toBe(0.05);
});

test("canceling a run takes nothing back of what it had reached", () => {
  const stageResults = results("decompose", "batch", "wait");
  const working = sampleRun({ state: { status: "running", stage: "implement" }, stageResults });
  const canceled = sampleRun({ state: { status: "canceled" }, stageResults });
  const tasks = tasksIn(collected, collected, queued, queued);

  const before = progressOf(working, tasks);
  const after = [
    progressOf(canceled, tasks),
    progressOf(canceled, tasksIn({ status: "canceled" }, collected, { status: "canceled" }, queued)),
  ];

  expect(before).toBe(0.5);
  expect(Math.min(...after)).toBeGreaterThanOrEqual(before);
});

/** One step of a history that the pipeline can write: a task moves, a stage ends, or somebody steers the run. */
type Step =
  | { readonly kind: "task"; readonly index: number; readonly event: TaskEvent }
  | { readonly kind: "stage"; readonly status: "success" | "partial" | "failure" }
  | { readonly kind: "run"; readonly event: RunEvent };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("task" as const),
      index: fc.nat(5),
      event: fc.constantFrom<TaskEvent>(
        { type: "activated" },
        { type: "activated" },
        { type: "collected", submissionId, sha },
        { type: "collected", submissionId, sha },
        { type: "requeued" },
        { type: "gave_up", reason: "three attempts failed" },
        { type: "retried" },
        { type: "canceled" },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("stage" as const),
      status: fc.constantFrom("success" as const, "partial" as const, "failure" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      event: fc.constantFrom<RunEvent>(
        { type: "started" },
        { type: "paused", reason: "person" },
        { type: "resumed" },
        { type: "retried" },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>({ kind: "run", event: { type: "canceled" } }),
  },
);

interface History {
  readonly run: Run;
  readonly tasks: readonly Task[];
}

function follow({ run, tasks }: History, step: Step): History {
  switch (step.kind) {
    case "task":
      return {
        run,
        tasks: mayBuild(run)
          ? tasks.map((task, at) => (at === step.index ? move(task, step.event) : task))
          : tasks,
      };
    case "stage":
      return { run: endStage(run, step.status), tasks };
    case "run":
      return { run: { ...run, state: applyRunEvent(run.state, step.event) }, tasks };
  }
}

function mayBuild(run: Run): boolean {
  return run.stageResults.some((result) => result.stage === "wait" && result.status !== "failure");
}

function move(task: Task, event: TaskEvent): Task {
  return { ...task, state: applyTaskEvent(task.state, event) };
}

function endStage(run: Run, status: "success" | "partial" | "failure"): Run {
  if (run.state.status !== "running") return run;
  const { stage } = run.state;
  const next = stages[stages.indexOf(stage) + 1];
  const event: RunEvent =
    status === "failure"
      ? { type: "failed", code: "internal" }
      : next === undefined
        ? { type: "completed", outcome: "full" }
        : { type: "stage_entered", stage: next };
  const others = run.stageResults.filter((result) => result.stage !== stage);
  return {
    ...run,
    state: applyRunEvent(run.state, event),
    stageResults: [...others, sampleStageResult({ stage, status })],
  };
}

function historyFrom(stage: Stage): History {
  const stageResults = results(...stages.slice(0, stages.indexOf(stage)));
  return {
    run: sampleRun({ state: { status: "running", stage }, stageResults }),
    tasks: tasksIn(queued, queued, queued, queued, queued, queued),
  };
}

test("progress stays within 0…1 and never goes back along any legal history", () => {
  const anyStart = fc.constantFrom<Stage>("decompose", "implement", "implement", "notify").map(historyFrom);
  const reached: number[] = [];

  fc.assert(
    fc.property(anyStart, fc.array(anyStep, { minLength: 10, maxLength: 80 }), (first, steps) => {
      let history = first;
      let last = progressOf(first.run, first.tasks);
      for (const step of steps) {
        history = follow(history, step);
        const now = progressOf(history.run, history.tasks);
        expect(now).toBeGreaterThanOrEqual(last);
        expect(now).toBeLessThanOrEqual(1);
        last = now;
      }
      reached.push(last);
    }),
    { numRuns: 1_000 },
  );

  expect(Math.max(...reached)).toBe(1);
});
