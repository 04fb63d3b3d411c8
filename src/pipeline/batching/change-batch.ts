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

export interface ChangedBatch {
  readonly batch: BatchHead;
  /** Whether this event moved it: another one may have moved it to the same state. */
  readonly hasMoved: boolean;
}

/** Moves a batch on; its end is told with what follows from it. */
export async function changeBatch(
  deps: RecordingDeps,
  id: BatchId,
  event: BatchEvent,
  { sequel, together }: BatchChange = {},
): Promise<ChangedBatch> {
  const run = await deps.db.runs.get((await getBatchHead(deps, id)).runId);
  const follows = "trouble" in event ? sequelOfTrouble(event.trouble) : (sequel ?? null);
  let hasMoved = false;
  const changed = await compareAndSet<BatchHead>(
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
      hasMoved = state !== batch.state;
      if (!hasMoved) return keep;
      const told = makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "batch.changed",
        subject: id,
        from: batch.state.status,
        to: state.status,
        reason: "trouble" in event ? event.reason : null,
        details: follows === null ? {} : { follows },
      });
      return { kind: "write", next: { ...batch, state }, events: [told] };
    },
  );
  return { batch: changed, hasMoved };
}

export async function getBatchHead(
  deps: { readonly db: Pick<RecordingDeps["db"], "batches"> },
  id: BatchId,
): Promise<BatchHead> {
  const batch = await deps.db.batches.findHead(id);
  if (batch === null) throw new TypeError(`No batch ${id}`);
  return batch;
}
