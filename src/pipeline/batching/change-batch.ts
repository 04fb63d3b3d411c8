import { applyBatchEvent, type BatchEvent, type BatchHead } from "../../domain/batch.ts";
import { type BatchSequel, sequelOfTrouble } from "../../domain/batching/batch-sequel.ts";
import type { BatchId } from "../../domain/ids.ts";
import type { Stores } from "../../ports/database.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

export interface BatchChange {
  /** What follows from its end; a failure says that itself. */
  readonly sequel?: BatchSequel;
  /** What has to be true together with it, or not at all. */
  readonly together?: (stores: Stores) => Promise<void>;
}

/** Moves a batch on; its end is told with what follows from it. */
export async function changeBatch(
  deps: RecordingDeps,
  id: BatchId,
  event: BatchEvent,
  { sequel, together }: BatchChange = {},
): Promise<BatchHead> {
  const run = await deps.db.runs.get((await getBatchHead(deps, id)).runId);
  const follows = event.type === "failed" ? sequelOfTrouble(event.trouble) : (sequel ?? null);
  return compareAndSet<BatchHead>(
    deps,
    {
      load: (stores) => getBatchHead({ db: stores }, id),
      replace: async (stores, next) => {
        await together?.(stores);
        return stores.batches.replace(next);
      },
    },
    (batch) => {
      const state = applyBatchEvent(batch.state, event);
      if (state === batch.state) return keep;
      const told = makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "batch.changed",
        subject: id,
        from: batch.state.status,
        to: state.status,
        reason: event.type === "failed" ? event.reason : null,
        details: follows === null ? {} : { follows },
      });
      return { kind: "write", next: { ...batch, state }, events: [told] };
    },
  );
}

export async function getBatchHead(
  deps: { readonly db: Pick<RecordingDeps["db"], "batches"> },
  id: BatchId,
): Promise<BatchHead> {
  const batch = await deps.db.batches.findHead(id);
  if (batch === null) throw new TypeError(`No batch ${id}`);
  return batch;
}
