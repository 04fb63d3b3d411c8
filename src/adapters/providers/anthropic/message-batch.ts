import { z } from "zod";
import type { BatchProgress } from "../../../ports/batch-provider.ts";
import { boolean, dateOrNull, listOf, numberOrZero, textOrNull } from "../wire/tolerant.ts";

const noCounts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };

const counts = z
  .object({
    processing: numberOrZero,
    succeeded: numberOrZero,
    errored: numberOrZero,
    canceled: numberOrZero,
    expired: numberOrZero,
  })
  .nullish()
  .catch(null)
  .transform((each) => each ?? noCounts);

const batch = z.object({
  id: z.string().min(1),
  processing_status: textOrNull,
  request_counts: counts,
  created_at: dateOrNull,
  ended_at: dateOrNull,
  archived_at: dateOrNull,
  results_url: textOrNull,
});

export interface MessageBatch {
  readonly id: string;
  readonly hasEnded: boolean;
  readonly isArchived: boolean;
  readonly hasResults: boolean;
  readonly createdAt: Date | null;
  readonly endedAt: Date | null;
  readonly counts: typeof noCounts;
  readonly total: number;
}

const messageBatch = batch.transform((raw): MessageBatch => ({
  id: raw.id,
  hasEnded: raw.processing_status === "ended",
  isArchived: raw.archived_at !== null,
  hasResults: raw.results_url !== null,
  createdAt: raw.created_at,
  endedAt: raw.ended_at,
  counts: raw.request_counts,
  total: Object.values(raw.request_counts).reduce((sum, count) => sum + count, 0),
}));

const batchList = z.object({ data: listOf(messageBatch), has_more: boolean });

/** Null: it is no batch. */
export function parseMessageBatch(body: unknown): MessageBatch | null {
  return messageBatch.safeParse(body).data ?? null;
}

/** Null: it is no list. */
export function parseMessageBatchList(body: unknown): z.infer<typeof batchList> | null {
  return batchList.safeParse(body).data ?? null;
}

/** Nothing is counted as done until the whole batch has ended. Results that are not there yet are waited for. */
export function progressOf(batchNow: MessageBatch): BatchProgress {
  const { hasEnded, isArchived, hasResults, counts: ended, total } = batchNow;
  if (!hasEnded) return { kind: "pending", done: total - ended.processing, total };
  if (hasResults) return endOf(ended);
  return isArchived ? { kind: "archived" } : { kind: "pending", done: total, total };
}

function endOf({ canceled, expired }: MessageBatch["counts"]): BatchProgress {
  if (canceled > 0) return { kind: "canceled" };
  return { kind: expired > 0 ? "expired" : "completed" };
}
