import type { Json } from "../../../domain/json.ts";
import type { Phase } from "../batches/batch-life.ts";
import { countOutcomes } from "../batches/count-outcomes.ts";
import type { HeldBatch } from "../batches/held-batch.ts";

const daySeconds = 24 * 60 * 60;

const statuses = {
  validating: "validating",
  in_progress: "in_progress",
  finalizing: "finalizing",
  completed: "completed",
  failed: "failed",
  expired: "expired",
  canceling: "cancelling",
  canceled: "cancelled",
} as const satisfies Record<Phase, string>;

/** A batch as OpenAI shows it in a phase. */
export function toOpenaiBatchBody(batch: HeldBatch, phase: Phase): Json {
  const { facts } = batch;
  const createdAt = Math.floor(facts.createdAtMs / 1000);
  const at = (of: Phase): number | null => {
    const seenAtMs = batch.seenAtMs.get(of);
    return seenAtMs === undefined ? null : Math.floor(seenAtMs / 1000);
  };
  return {
    id: facts.id,
    object: "batch",
    endpoint: facts.submitted["endpoint"] ?? null,
    model: facts.lines[0]?.asked.model ?? null,
    errors: errorsOf(batch, phase),
    input_file_id: facts.submitted["input_file_id"] ?? null,
    completion_window: "24h",
    status: statuses[phase],
    output_file_id: batch.resultFiles.get("output") ?? null,
    error_file_id: batch.resultFiles.get("error") ?? noErrorFile(batch),
    created_at: createdAt,
    in_progress_at: at("in_progress"),
    expires_at: createdAt + daySeconds,
    finalizing_at: at("finalizing"),
    completed_at: at("completed"),
    failed_at: at("failed"),
    expired_at: at("expired"),
    cancelling_at: at("canceling"),
    cancelled_at: at("canceled"),
    request_counts: countsOf(batch, phase),
    usage: usageOf(batch),
    metadata: facts.submitted["metadata"] ?? null,
  };
}

function errorsOf({ facts }: HeldBatch, phase: Phase): Json {
  const { fate } = facts.plan;
  if (phase !== "failed" || fate.kind !== "failed" || fate.errors === null) return null;
  return { object: "list", data: fate.errors };
}

function noErrorFile({ facts, worked }: HeldBatch): string | null {
  return worked !== null && facts.plan.noErrorFile === "empty_id" ? "" : null;
}

function countsOf({ facts, worked }: HeldBatch, phase: Phase): Json {
  if (phase === "validating" || phase === "failed") return { total: 0, completed: 0, failed: 0 };
  const total = facts.lines.length;
  if (worked === null) return { total, completed: phase === "finalizing" ? total : 0, failed: 0 };
  const { answered, failed } = countOutcomes(worked);
  return { total, completed: answered, failed };
}

/** All of a batch together; nothing to price by, because long prompts have prices of their own. */
function usageOf({ worked }: HeldBatch): Json {
  if (worked === null) return null;
  const tokens = worked.flatMap(({ outcome }) => (outcome.kind === "answered" ? [outcome.tokens] : []));
  const sum = (key: keyof (typeof tokens)[number]): number =>
    tokens.reduce((total, one) => total + one[key], 0);
  return {
    input_tokens: sum("inputTokens"),
    input_tokens_details: { cached_tokens: sum("cacheReadTokens") },
    output_tokens: sum("outputTokens"),
    output_tokens_details: { reasoning_tokens: sum("thinkingTokens") },
    total_tokens: sum("inputTokens") + sum("outputTokens"),
  };
}
