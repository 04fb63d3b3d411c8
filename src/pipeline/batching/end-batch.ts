import { type BatchHead, isBatchSettled, isUnsent } from "../../domain/batch.ts";
import type { BatchId } from "../../domain/ids.ts";
import { isTerminal, type Run } from "../../domain/run.ts";
import type { AskingDeps, BatchDeps } from "./batch-deps.ts";
import { noteRefused, reconcile, releaseItems } from "./advance-batch.ts";
import { isHere } from "./batches-elsewhere.ts";
import { changeBatch, getBatchHead } from "./change-batch.ts";
import { lookAtBatch } from "./look-at-batch.ts";

/** How far a batch is from its end that no run waits for any more. */
export type BatchEnding = "ended" | "open" | "elsewhere";

/**
 * Takes a batch of a run that ended as far towards its end as it can be taken now: what was never sent is withdrawn, and
 * what may have been sent is looked for. At the provider the batch of a canceled run is called off; that of a failed run
 * is not, because a retry wants its answers. What was answered was paid for, and is kept.
 */
export async function endBatch(deps: AskingDeps, id: BatchId): Promise<BatchEnding> {
  for (;;) {
    const batch = await getBatchHead(deps, id);
    if (isBatchSettled(batch.state)) return "ended";
    const run = await deps.db.runs.get(batch.runId);
    if (!isTerminal(run.state)) return "open";
    if (isUnsent(batch.state)) await withdraw(deps, run, batch);
    else {
      const { batchProvider } = deps;
      if (batchProvider === null || !isHere(deps, batch)) return "elsewhere";
      if (!(await moveSent({ ...deps, batchProvider }, run, batch))) return "open";
    }
  }
}

const neverSent = {
  trouble: "withdrawn",
  message: "Its run failed before it was sent.",
  since: null,
} as const;

/** Whoever is about to send it finds it withdrawn, or was quicker: then it is looked at as what was sent. */
async function withdraw(deps: AskingDeps, run: Run, batch: BatchHead): Promise<void> {
  if (run.state.status === "failed") return noteRefused(deps, batch, neverSent);
  await changeBatch(
    deps,
    batch.id,
    { type: "withdrawn" },
    { together: (stores) => releaseItems(stores, batch) },
  );
}

/** False: there is nothing to do now but to wait. */
async function moveSent(deps: BatchDeps, run: Run, batch: BatchHead): Promise<boolean> {
  const { state } = batch;
  switch (state.status) {
    case "submitting":
      await changeBatch(deps, batch.id, { type: "answer_lost" });
      return true;
    case "reconciling": {
      const stopped = await reconcile(deps, batch, state);
      if (stopped?.kind === "ambiguous" && run.state.status === "canceled")
        for (const ref of stopped.refs) await deps.batchProvider.cancel(ref);
      return stopped === null;
    }
    case "submitted":
      return isBatchSettled(await lookAtBatch(deps, run, batch, state));
    case "intended":
    case "uploading":
    case "completed":
    case "failed":
    case "expired":
    case "canceled":
      return true;
  }
}
