import { expect, test } from "vitest";
import type { Event } from "../../domain/event.ts";
import { sampleEvent, sampleTime } from "../../testing/samples.ts";
import { timelineOf } from "./run-timeline.ts";

function events(...changes: readonly Partial<Event>[]): readonly Event[] {
  return changes.map((change, minute) => ({
    ...sampleEvent({ at: sampleTime(minute), actor: "worker:1" }),
    seq: minute + 1,
    ...change,
  }));
}

test("a run that was never started has no timeline", () => {
  expect(timelineOf(events({ type: "run.created" }))).toEqual([]);
});

test("a stage under way has no end", () => {
  const timeline = timelineOf(events({ type: "run.started", to: "running(decompose)" }));

  expect(timeline).toEqual([
    {
      kind: "stage",
      stage: "decompose",
      status: null,
      output: "",
      startedAt: sampleTime(0),
      finishedAt: null,
    },
  ]);
});

test("a stage that failed and was retried stands twice, with who asked for the retry between", () => {
  const timeline = timelineOf(
    events(
      { type: "run.stage_entered", to: "running(validate)" },
      { type: "run.stage_finished", from: "validate", to: "failure", reason: "2 tests fail" },
      { type: "run.failed", to: "failed(validate, validation_failed)" },
      { type: "run.retried", to: "running(validate)", actor: "person:ada" },
      { type: "run.stage_finished", from: "validate", to: "success", reason: "all pass" },
    ),
  );

  expect(timeline).toMatchObject([
    {
      kind: "stage",
      status: "failure",
      output: "2 tests fail",
      startedAt: sampleTime(0),
      finishedAt: sampleTime(1),
    },
    { kind: "retry", by: "person:ada", startedAt: sampleTime(3) },
    {
      kind: "stage",
      status: "success",
      output: "all pass",
      startedAt: sampleTime(3),
      finishedAt: sampleTime(4),
    },
  ]);
});

test("a pause has its reason and ends with who resumed it; the stage around it goes on", () => {
  const timeline = timelineOf(
    events(
      { type: "run.stage_entered", details: { state: { status: "running", stage: "implement" } } },
      {
        type: "run.paused",
        details: { state: { status: "paused", stage: "implement", reason: "money" } },
        reason: "$2.00 are missing",
      },
      { type: "run.resumed", actor: "person:ada" },
      { type: "run.stage_finished", from: "implement", to: "partial", reason: "3 of 4" },
    ),
  );

  expect(timeline).toMatchObject([
    { kind: "stage", stage: "implement", status: "partial", finishedAt: sampleTime(3) },
    {
      kind: "pause",
      reason: "money",
      why: "$2.00 are missing",
      endedBy: "person:ada",
      startedAt: sampleTime(1),
      finishedAt: sampleTime(2),
    },
  ]);
});

test("events that were stored before they had fields are read by their words", () => {
  const timeline = timelineOf(
    events(
      { type: "run.started", to: "running(wait)" },
      { type: "run.paused", to: "paused(wait, needs_plan)", reason: "no plan" },
    ),
  );

  expect(timeline).toMatchObject([
    { kind: "stage", stage: "wait" },
    { kind: "pause", reason: "needs_plan" },
  ]);
});

test("canceling ends what was open and finishes nothing", () => {
  const timeline = timelineOf(
    events({ type: "run.started", to: "running(decompose)" }, { type: "run.canceled", to: "canceled" }),
  );

  expect(timeline).toMatchObject([{ kind: "stage", status: null, finishedAt: sampleTime(1) }]);
});

test("what happens to tasks is not a part of it", () => {
  expect(timelineOf(events({ type: "task.created", to: "running(implement)" }))).toEqual([]);
});
