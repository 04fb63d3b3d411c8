import type { Json } from "../../../domain/json.ts";
import type { LineOutcome } from "../answers/line-outcome.ts";
import type { HeldBatch, WorkedLine } from "../batches/held-batch.ts";
import type { ResultLine } from "../batches/result-line.ts";
import { hexOf } from "../seeded.ts";
import { anthropicErrorBody } from "./anthropic-error.ts";
import { toMessage } from "./message.ts";

/** Successes and failures stand in one file here. */
export function toAnthropicResultLine(worked: WorkedLine, batch: HeldBatch, seed: number): ResultLine {
  const { customId, model, outcome } = worked;
  const id = hexOf(24, seed, batch.facts.id, customId);
  return { customId, file: "output", value: { custom_id: customId, result: toResult(outcome, model, id) } };
}

function toResult(outcome: LineOutcome, model: string, id: string): Json {
  switch (outcome.kind) {
    case "answered":
      return { type: "succeeded", message: toMessage(outcome, { id, model, serviceTier: "batch" }) };
    case "error":
      return { type: "errored", error: anthropicErrorBody(outcome.status, outcome.message, `req_${id}`) };
    case "status_zero":
      return { type: "errored", error: anthropicErrorBody(500, "Internal server error", `req_${id}`) };
    case "expired":
    case "canceled":
      return { type: outcome.kind };
  }
}
