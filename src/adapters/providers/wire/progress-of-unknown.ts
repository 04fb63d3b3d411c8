import type { BatchProgress, SubmittedBatch } from "../../../ports/batch-provider.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timing } from "./timing.ts";

/**
 * What to say of a batch that the provider says it does not know. It may be late in knowing it, and one that stands in the
 * list is there. A list that does not end (null) proves nothing.
 */
export async function progressOfUnknown(
  { ref, since }: SubmittedBatch,
  { lateMs }: Timing,
  clock: Clock,
  list: () => Promise<readonly { readonly id: string }[] | null>,
): Promise<BatchProgress> {
  const pending: BatchProgress = { kind: "pending", done: 0, total: 0 };
  if (clock.now().getTime() - since.getTime() < lateMs) return pending;
  const batches = await list();
  return batches !== null && batches.every(({ id }) => id !== ref) ? { kind: "lost" } : pending;
}
