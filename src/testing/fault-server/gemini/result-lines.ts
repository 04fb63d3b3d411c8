import type { Json } from "../../../domain/json.ts";
import type { LineOutcome } from "../answers/line-outcome.ts";
import type { HeldBatch, WorkedLine } from "../batches/held-batch.ts";
import type { ResultLine } from "../batches/result-line.ts";
import { hexOf } from "../seeded.ts";
import { toContentReply } from "./content-reply.ts";
import { geminiLineError } from "./gemini-error.ts";

/** In a file a line is named by its key; inside a batch the name stands among the metadata that was sent along. */
export function toGeminiResultLine(worked: WorkedLine, batch: HeldBatch, seed: number): ResultLine {
  const { customId, model, outcome } = worked;
  const name: Readonly<Record<string, Json>> =
    batch.facts.submitted["fileName"] === null ? { metadata: { key: customId } } : { key: customId };
  const id = hexOf(22, seed, batch.facts.id, customId);
  return { customId, file: "output", value: { ...name, ...toResult(outcome, model, id) } };
}

function toResult(outcome: LineOutcome, model: string, id: string): Readonly<Record<string, Json>> {
  switch (outcome.kind) {
    case "answered":
      return { response: toContentReply(outcome, model, id) };
    case "error":
      return { error: geminiLineError(outcome.status, outcome.message) };
    case "status_zero":
      return { error: geminiLineError(500, "Internal error encountered.") };
    case "expired":
      return { error: geminiLineError(504, "The request was not worked on in time.") };
    case "canceled":
      return { error: { code: 1, message: "The request was cancelled." } };
  }
}
