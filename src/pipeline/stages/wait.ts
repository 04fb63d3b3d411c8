import type { Batch } from "../../domain/batch.ts";
import { isBatchSettled } from "../../domain/batch.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { collectResults } from "../batching/collect-results.ts";
import { changeBatch } from "../batching/advance-batch.ts";
import { mayGoOn } from "../may-go-on.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import type { StageOutcome } from "../stage-outcome.ts";

/** Batches → results. Partial results count at once; what does not come in time is built without an analysis. */
export async function wait(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  for (;;) {
    const look = await context.step("wait.look", () => lookAtBatches(deps, runId));
    if (look.kind !== "waiting") return look;
    await context.waitSignal("wake", look.pollMs);
  }
}

type Look = StageOutcome | { readonly kind: "waiting"; readonly pollMs: number };

async function lookAtBatches(deps: PipelineDeps, runId: RunId): Promise<Look> {
  if (!(await mayGoOn(deps, runId, "wait"))) return { kind: "interrupted" };
  const run = await deps.db.runs.get(runId);
  for (const each of await deps.db.batches.listOfRun(runId)) await pollOne(deps, run, each);
  const batches = await deps.db.batches.listOfRun(runId);
  if (batches.every((each) => isBatchSettled(each.state))) return finishWait(deps, runId, batches);
  return { kind: "waiting", pollMs: run.policy.batchPollMs };
}

async function pollOne(deps: PipelineDeps, run: Run, batch: Batch): Promise<void> {
  const provider = deps.batchProvider;
  if (provider === null || batch.state.status !== "submitted") return;
  const { providerRef, since } = batch.state;
  const progress = await provider.poll({ ref: providerRef, since });
  const isLate = deps.clock.now().getTime() - since.getTime() > run.policy.batchLimitMs;
  if (progress.kind === "pending" && !isLate) return;
  await collectResults({ ...deps, batchProvider: provider }, run, batch, providerRef);
  if (progress.kind === "pending") {
    await provider.cancel(providerRef);
    await changeBatch(deps, batch.id, { type: "expired" });
  } else if (progress.kind === "failed") {
    await changeBatch(deps, batch.id, { type: "failed", reason: progress.message });
  } else if (progress.kind === "archived" || progress.kind === "lost") {
    await changeBatch(deps, batch.id, { type: "failed", reason: `The batch is ${progress.kind}.` });
  } else {
    await changeBatch(deps, batch.id, { type: progress.kind });
  }
}

async function finishWait(
  deps: PipelineDeps,
  runId: RunId,
  batches: readonly Batch[],
): Promise<StageOutcome> {
  const wanted = batches.flatMap((each) => each.items);
  const answered = (await deps.db.batches.listAnalyses(runId)).length;
  const missing = wanted.length - answered;
  return {
    kind: "finished",
    status: "success",
    output: wanted.length === 0 ? "nothing to wait for" : `${answered}/${wanted.length} back`,
    warnings:
      missing > 0
        ? [`${missing} requests brought no answer; their tasks are built without an analysis.`]
        : [],
    metrics: { answered, missing },
  };
}
