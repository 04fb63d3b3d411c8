import { expect, test } from "vitest";
import { makeId } from "../domain/ids.ts";
import { sampleRun } from "../testing/samples.ts";
import { runWorkflowId, seriesOf } from "./names.ts";

test("what a run was told by its checks counts until it is retried", () => {
  const run = sampleRun({ id: makeId("run", "7") });

  expect([seriesOf({ ...run, epoch: 1 }), seriesOf({ ...run, epoch: 2 })]).toEqual(["run_7:1", "run_7:2"]);
});

test("a retry is another workflow over the same run", () => {
  const run = sampleRun({ id: makeId("run", "7") });

  expect([runWorkflowId({ ...run, epoch: 1 }), runWorkflowId({ ...run, epoch: 2 })]).toEqual([
    "run:run_7:1",
    "run:run_7:2",
  ]);
});
