import { type BatchHead, isBatchSettled, isUnsent } from "../../domain/batch.ts";
import type { BatchId } from "../../domain/ids.ts";
import type { AskingDeps, BatchDeps } from "./batch-deps.ts";
import { reconcile, releaseItems } from "./advance-batch.ts";
import { isHere } from "./batches-elsewhere.ts";
import { changeBatch, getBatchHead } from "./change-batch.ts";
import { lookAtBatch } from "./look-at-batch.ts";

/** How far a batch is from its end that nobody wants any more. */
export type CallOff = "ended" | "open" | "elsewhere";

/**
 * Takes a batch of a canceled run as far towards its end as it can be taken now: what was never sent is withdrawn, what
 * may have been sent is looked for, and what is at the provider is called off there. What it answered until then was
 * paid for, and is kept.
 */
export async function callOffBatch(deps: AskingDeps, id: BatchId): Promise<CallOff> {
  for (;;) {
    const batch = await getBatchHead(deps, id);
    if (isBatchSettled(batch.state)) return "ended";
    if (isUnsent(batch.state)) await withdraw(deps, batch);
    else {
      const { batchProvider } = deps;
      if (batchProvider === null || !isHere(deps, batch)) return "elsewhere";
      if (!(await moveSent({ ...deps, batchProvider }, batch))) return "open";
    }
  }
}

/** Whoever is about to send it finds it withdrawn, or was quicker: then it is looked at as what was sent. */
async function withdraw(deps: AskingDeps, batch: BatchHead): Promise<void> {
  await changeBatch(
    deps,
    batch.id,
    { type: "withdrawn" },
    { together: (stores) => releaseItems(stores, batch) },
  );
}

/** False: there is nothing to do now but to wait. */
async function moveSent(deps: BatchDeps, batch: BatchHead): Promise<boolean> {
  const { state } = batch;
  switch (state.status) {
    case "submitting":
      await changeBatch(deps, batch.id, { type: "answer_lost" });
      return true;
    case "reconciling": {
      const stopped = await reconcile(deps, batch, state);
      if (stopped?.kind === "ambiguous") for (const ref of stopped.refs) await deps.batchProvider.cancel(ref);
      return stopped === null;
    }
    case "submitted": {
      const run = await deps.db.runs.get(batch.runId);
      return isBatchSettled(await lookAtBatch(deps, run, batch, state));
    }
    case "intended":
    case "uploading":
    case "completed":
    case "failed":
    case "expired":
    case "canceled":
      return true;
  }
}
