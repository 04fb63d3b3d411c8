import { expect, test } from "vitest";
import { sampleTime } from "../testing/samples.ts";
import { makeStageResult, stageAfter, stages } from "./stage.ts";

test("the stages follow each other to the last", () => {
  expect(stages.map(stageAfter)).toEqual([...stages.slice(1), null]);
});

test.each(["success", "partial"] as const)("after %s comes the next stage", (status) => {
  const result = { stage: "wait", status, output: "5 results", finishedAt: sampleTime() } as const;

  expect(makeStageResult(result)).toEqual({
    ...result,
    errors: [],
    warnings: [],
    metrics: {},
    nextStage: "implement",
  });
});

test("after a failure comes nothing, and what it says is kept", () => {
  const result = {
    stage: "validate",
    status: "failure",
    output: "2 tests fail",
    errors: ["adds: expected 3"],
    warnings: ["one test was skipped"],
    metrics: { tests: 7 },
    finishedAt: sampleTime(),
  } as const;

  expect(makeStageResult(result)).toEqual({ ...result, nextStage: null });
});
