import { type BatchHead, isBatchSettled } from "../../domain/batch.ts";
import { isSamePlace, renderPlace } from "../../domain/batching/batch-place.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Stores } from "../../ports/database.ts";
import type { BatchProvider } from "../../ports/batch-provider.ts";

interface Asking {
  readonly db: Pick<Stores, "batches">;
  readonly batchProvider: BatchProvider | null;
}

/** Only the provider that it was sent to can say anything of a batch: to every other one it is unknown, which is no news. */
export function isHere({ batchProvider }: Pick<Asking, "batchProvider">, batch: BatchHead): boolean {
  return batchProvider !== null && isSamePlace(batch, batchProvider);
}

/** What a person has to know about a batch of this run that another provider has than the settings name now; null: none. */
export async function findElsewhere(deps: Asking, runId: RunId): Promise<string | null> {
  const batches = await deps.db.batches.listHeadsOfRun(runId);
  const batch = batches.find((each) => !isBatchSettled(each.state) && !isHere(deps, each));
  return batch === undefined ? null : explainElsewhere(deps, batch);
}

export function explainElsewhere({ batchProvider }: Pick<Asking, "batchProvider">, batch: BatchHead): string {
  const now = batchProvider === null ? "no provider with batches" : renderPlace(batchProvider);
  const place = renderPlace(batch);
  return `${batch.id} is at ${place}, and the settings name ${now}. Set model back to ${place} and resume, or cancel the run.`;
}
