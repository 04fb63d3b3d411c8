import type { BatchItem } from "../../domain/batch.ts";
import type { BatchId } from "../../domain/ids.ts";
import type { BatchStore } from "../../ports/batch-store.ts";

/** The database reads all requests of a batch for any part of them, so the parts are not small. */
const itemsAtOnce = 2_500;

/** What a batch holds, in its order, a part at a time: a batch may hold a hundred thousand requests. */
export async function* pagesOfItems(
  batches: Pick<BatchStore, "listItems">,
  id: BatchId,
  limit = itemsAtOnce,
): AsyncGenerator<readonly BatchItem[], void> {
  for (let skip = 0; ; skip += limit) {
    const items = await batches.listItems(id, { skip, limit });
    if (items.length > 0) yield items;
    if (items.length < limit) return;
  }
}
