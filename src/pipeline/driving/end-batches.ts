import { isUnsent } from "../../domain/batch.ts";
import { isAasError, messageOf } from "../../domain/errors.ts";
import type { BatchId, ProjectId } from "../../domain/ids.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { explainElsewhere, isHere } from "../batching/batches-elsewhere.ts";
import { endBatch } from "../batching/end-batch.ts";
import { getBatchHead } from "../batching/change-batch.ts";
import { lookEveryMs } from "../batching/drive-requests.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";

/** Longer than any provider works on one: what has not ended by then keeps no worker. */
const keepsWorkerMs = 48 * 60 * 60_000;

/**
 * Each batch of a run that was canceled or failed is taken to its end by a workflow of its own: a provider that does not
 * answer for one holds up nothing else. Answers how many there are for which something can be done here.
 */
export async function endBatches(deps: PipelineDeps, projectId: ProjectId): Promise<number> {
  const batches = await deps.db.batches.listUnsettledOfEnded(projectId);
  for (const { id } of batches) {
    const input = { batchId: id };
    await deps.durable.start({ workflow: "call-off-batch", id: `call-off:${id}`, input, queue: null });
  }
  const since = deps.clock.now().getTime() - keepsWorkerMs;
  const young = batches.filter(({ createdAt }) => createdAt.getTime() > since);
  return young.filter((each) => isUnsent(each.state) || isHere(deps, each)).length;
}

const firstPauseMs = 5_000;

/** A workflow that died of what a provider or the store did would never be started again, so nothing ends it but the end. */
export async function driveToEnd(context: WorkflowContext, deps: PipelineDeps, id: BatchId): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    const lookAgainMs = await context.step("batch.call_off", () => tryEnd(deps, id, { looks, context }));
    if (lookAgainMs === null) return;
    await context.sleep(lookAgainMs);
  }
}

/** Null: it has ended. */
async function tryEnd(
  deps: PipelineDeps,
  id: BatchId,
  { looks, context }: { readonly looks: number; readonly context: WorkflowContext },
): Promise<number | null> {
  const usualMs = firstPauseMs * 2 ** Math.min(looks, 10);
  try {
    const batch = await getBatchHead(deps, id);
    const outcome = await endBatch(deps, id);
    if (outcome === "ended") return null;
    if (outcome === "elsewhere") deps.log.warn({ batchId: id }, explainElsewhere(deps, batch));
    return Math.min(usualMs, lookEveryMs(await deps.db.runs.get(batch.runId)));
  } catch (error) {
    if (context.signal.aborted) throw error;
    deps.log.warn(
      { batchId: id, error: messageOf(error) },
      "a batch of a run that is over was not ended yet",
    );
    return isAasError(error) && error.waiting !== null ? error.waiting.waitMs : usualMs;
  }
}
