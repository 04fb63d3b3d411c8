import type { Json } from "../../../domain/json.ts";
import { isEnd, type Phase } from "../batches/batch-life.ts";
import { countOutcomes } from "../batches/count-outcomes.ts";
import type { HeldBatch } from "../batches/held-batch.ts";
import { isJsonObject, textAt } from "../http/read-json.ts";

const states = {
  validating: "BATCH_STATE_PENDING",
  in_progress: "BATCH_STATE_RUNNING",
  finalizing: "BATCH_STATE_RUNNING",
  canceling: "BATCH_STATE_RUNNING",
  completed: "BATCH_STATE_SUCCEEDED",
  failed: "BATCH_STATE_FAILED",
  expired: "BATCH_STATE_EXPIRED",
  canceled: "BATCH_STATE_CANCELLED",
} as const satisfies Record<Phase, string>;

const type = "type.googleapis.com/google.ai.generativelanguage.v1main";

/** A batch as Gemini shows it: a long-running operation. `output` is null before there is any. */
export function toBatchOperation(batch: HeldBatch, phase: Phase, output: Json): Json {
  const { facts, seenAtMs } = batch;
  const endedAtMs = seenAtMs.get(phase);
  const moments = [...seenAtMs.values()];
  const metadata = {
    "@type": `${type}.GenerateContentBatch`,
    model: `models/${textAt(facts.submitted, "model") ?? ""}`,
    ...(facts.submitted["displayName"] === null ? {} : { displayName: facts.submitted["displayName"] ?? "" }),
    createTime: new Date(facts.createdAtMs).toISOString(),
    updateTime: new Date(Math.max(facts.createdAtMs, ...moments)).toISOString(),
    ...(isEnd(phase) && endedAtMs !== undefined ? { endTime: new Date(endedAtMs).toISOString() } : {}),
    batchStats: statsOf(batch),
    state: states[phase],
    name: facts.id,
    ...(output === null ? {} : { output }),
  };
  return { name: facts.id, metadata, ...endOf(batch, phase, output) };
}

function endOf({ facts }: HeldBatch, phase: Phase, output: Json): Readonly<Record<string, Json>> {
  if (!isEnd(phase)) return {};
  if (phase === "completed" && isJsonObject(output)) {
    return { done: true, response: { "@type": `${type}.GenerateContentBatchOutput`, ...output } };
  }
  const { fate } = facts.plan;
  if (phase !== "failed" || fate.kind !== "failed" || fate.errors === null) return { done: true };
  return { done: true, error: { code: 3, message: fate.errors.map(({ message }) => message).join(" ") } };
}

/** Numbers of 64 bits are written as texts, and zeros are left out. */
function statsOf({ facts, worked }: HeldBatch): Json {
  const total = facts.lines.length;
  const counts = worked === null ? null : countOutcomes(worked);
  const successful = counts?.answered ?? 0;
  const failed = counts?.failed ?? 0;
  const numbers = {
    requestCount: total,
    successfulRequestCount: successful,
    failedRequestCount: failed,
    pendingRequestCount: total - successful - failed,
  };
  return Object.fromEntries(
    Object.entries(numbers)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => [name, String(count)]),
  );
}
