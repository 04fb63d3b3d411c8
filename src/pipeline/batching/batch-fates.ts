import type { BatchHead } from "../../domain/batch.ts";
import type { TaskKey } from "../../domain/ids.ts";
import type { OutcomeStatus } from "../../domain/batching/request-outcome.ts";
import type { Stores } from "../../ports/database.ts";
import { pagesOfItems } from "./pages-of-items.ts";

/** How one request of a batch fared, as far as its provider said. */
export interface BatchFate {
  readonly taskKey: TaskKey;
  /** Null: no word about it was read yet. */
  readonly status: OutcomeStatus | null;
  /** So many answers to it were read: a provider that answers a line twice bills it twice. */
  readonly answers: number;
}

/** The one thing that is held for every request of a batch at once: answers come in any order. */
export type BatchFates = Map<string, BatchFate>;

/** With what a process kept of this batch that died before it was through. */
export async function readFates({ batches }: Pick<Stores, "batches">, batch: BatchHead): Promise<BatchFates> {
  const fates: BatchFates = new Map();
  for await (const items of pagesOfItems(batches, batch.id)) {
    const ids = items.map(({ customId }) => customId);
    const outcomes = await batches.listOutcomesOf(batch.runId, ids);
    const kept = new Map(
      outcomes.flatMap(({ batchId, customId, status }) => (batchId === batch.id ? [[customId, status]] : [])),
    );
    for (const { customId, taskKey } of items)
      fates.set(customId, { taskKey, status: kept.get(customId) ?? null, answers: 0 });
  }
  return fates;
}
