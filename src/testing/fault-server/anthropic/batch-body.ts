import type { Json } from "../../../domain/json.ts";
import { isEnd, type Phase } from "../batches/batch-life.ts";
import { countOutcomes } from "../batches/count-outcomes.ts";
import type { HeldBatch } from "../batches/held-batch.ts";

const dayMs = 24 * 60 * 60 * 1000;

export function toAnthropicBatchBody(batch: HeldBatch, phase: Phase, origin: string): Json {
  const { id, createdAtMs, plan } = batch.facts;
  const hasEnded = isEnd(phase);
  const endedAtMs = batch.seenAtMs.get("completed") ?? null;
  const isArchived = hasEnded && plan.fate.kind === "archived";
  return {
    id,
    type: "message_batch",
    processing_status: hasEnded ? "ended" : phase === "canceling" ? "canceling" : "in_progress",
    request_counts: countsOf(batch),
    ended_at: hasEnded ? timeOf(endedAtMs) : null,
    created_at: timeOf(createdAtMs),
    expires_at: timeOf(createdAtMs + dayMs),
    archived_at: isArchived ? timeOf(endedAtMs) : null,
    cancel_initiated_at: timeOf(batch.seenAtMs.get("canceling") ?? null),
    results_url: hasEnded && !isArchived ? `${origin}/v1/messages/batches/${id}/results` : null,
  };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Nothing but `processing` moves before the whole batch has ended. */
function countsOf({ facts, worked }: HeldBatch): Json {
  if (worked === null) {
    return { processing: facts.lines.length, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  }
  const { answered, failed, expired, canceled } = countOutcomes(worked);
  return { processing: 0, succeeded: answered, errored: failed, canceled, expired };
}
