import { z } from "zod";
import type { ItemFailure } from "../../../domain/batching/batch-trouble.ts";
import type { BatchResult } from "../../../ports/batch-provider.ts";
import { answered, failed, type ItemOutcome, unreadableAnswer } from "../wire/batch-line.ts";
import { anything } from "../wire/tolerant.ts";
import {
  type AnthropicError,
  isAboutMoney,
  parseAnthropicError,
  renderAnthropicError,
} from "./anthropic-error.ts";
import { parseMessage } from "./message.ts";

const line = z.object({
  custom_id: z.string().min(1),
  result: z.object({ type: z.string(), message: anything, error: anything }),
});

/** Null: it belongs to nobody. */
export function parseAnthropicLine(value: unknown): BatchResult | null {
  const parsed = line.safeParse(value).data;
  return parsed === undefined ? null : { customId: parsed.custom_id, outcome: outcomeOf(parsed.result) };
}

function outcomeOf({ type, message, error }: z.infer<typeof line>["result"]): ItemOutcome {
  switch (type) {
    case "succeeded": {
      const reply = parseMessage(message);
      return reply === null ? unreadableAnswer() : answered(reply);
    }
    case "errored":
      return errored(parseAnthropicError(error));
    case "canceled":
    case "expired":
      return failed(type, `The request was ${type}.`);
    default:
      return failed("transient", `Its result is ${type}.`);
  }
}

function errored(error: AnthropicError): ItemOutcome {
  return failed(failureOf(error), error.type === null ? null : renderAnthropicError(null, error));
}

/** What is wrong with the request itself stays wrong; all else passes, or is told when it is asked again. */
function failureOf(error: AnthropicError): ItemFailure {
  const isWrong =
    error.type === "invalid_request_error" ||
    error.type === "request_too_large" ||
    error.type === "not_found_error";
  return isWrong && !isAboutMoney(error) ? "invalid_request" : "transient";
}
