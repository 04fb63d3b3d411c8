import { expect, test } from "vitest";
import { openMemoryDurable } from "../../src/adapters/durable-memory/memory-durable.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { makeStageResult, type Stage, stages } from "../../src/domain/stage.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { runWorkflowId } from "../../src/pipeline/names.ts";
import { passStage, type StageFunction } from "../../src/pipeline/driving/pass-stage.ts";
import { changeRun } from "../../src/pipeline/recording/change-run.ts";
import type { WorkflowContext } from "../../src/ports/durable.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

test("a stage that failed once and ends partial while somebody pauses is not passed on the failure of before", async () => {
  await using story = await given({ plan: [step("one")] });
  const id = await failedIn(story, "implement");
  await retryRun(story.person, id, { hint: null, force: false });
  let ends = 0;

  const passed = await passAlone(story, id, "implement", async () => {
    ends += 1;
    if (ends === 1) await pauseRun(story.person, id);
    return { kind: "finished", status: "partial", output: "1 of 2 tasks collected" };
  });

  expect(passed).toBe(true);
  expect(ends).toBe(2);
  const { state, stageResults } = await story.deps.db.runs.get(id);
  expect(state).toEqual({ status: "running", stage: "validate" });
  expect(stageResults.map(({ stage, status }) => [stage, status])).toEqual([["implement", "partial"]]);
});

test("a run whose workflow is over is not left standing: it fails and says what to do", async () => {
  await using story = await given({ plan: [step("one")] });
  const run = await story.start("Write a word");
  await story.deps.durable.start({
    workflow: "run-goal",
    id: runWorkflowId(run),
    input: { runId: run.id, epoch: run.epoch + 1 },
    queue: null,
  });

  const failed = await story.settle(run.id);

  expect(failed.state).toEqual({ status: "failed", stage: "decompose", code: "internal" });
  expect(failed.error).toEqual({
    code: "internal",
    message: "What drives the run ended before the run did.",
    cure: `aas automate retry ${run.id}`,
  });
  await retryRun(story.person, run.id, { hint: null, force: false });
  expect((await story.settle(run.id)).state).toEqual({ status: "completed", outcome: "full" });
});

/** A run that failed in a stage; nobody drives it. */
async function failedIn(story: Story, stage: Stage): Promise<RunId> {
  const { id } = await story.start("Write a word");
  await changeRun(story.deps, id, { type: "started" });
  for (const each of stages.slice(1, stages.indexOf(stage) + 1))
    await changeRun(story.deps, id, { type: "stage_entered", stage: each });
  const result = makeStageResult({
    stage,
    status: "failure",
    output: "no",
    finishedAt: story.clock.now(),
  });
  await changeRun(story.deps, id, { type: "failed", code: "implementation_failed" }, { result });
  return id;
}

/** Takes a run through one stage in an engine of its own. Whoever waits there is woken by a person who resumes the run. */
async function passAlone(story: Story, runId: RunId, stage: Stage, perform: StageFunction): Promise<boolean> {
  const durable = openMemoryDurable();
  const { epoch } = await story.deps.db.runs.get(runId);
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const run = async (context: WorkflowContext): Promise<null> => {
    const resumed: WorkflowContext = {
      workflowId: context.workflowId,
      signal: context.signal,
      step: (name, effect) => context.step(name, effect),
      sleep: (milliseconds) => context.sleep(milliseconds),
      startChild: (request) => context.startChild(request),
      waitSignal: async () => {
        await resumeRun(story.person, runId);
        return null;
      },
    };
    await passStage({ context: resumed, deps: story.deps, runId, epoch, stage, perform }).then(
      resolve,
      reject,
    );
    return null;
  };
  await durable.launch({ queues: [], workflows: [{ name: "alone", run }] });
  await durable.start({ workflow: "alone", id: "alone", input: null, queue: null });
  try {
    return await promise;
  } finally {
    await durable.shutdown();
  }
}
