import type { Json } from "../../../domain/json.ts";
import type { LineError } from "../answers/line-outcome.ts";
import type { HeldBatch, WorkedLine } from "../batches/held-batch.ts";
import type { ResultLine } from "../batches/result-line.ts";
import { hexOf } from "../seeded.ts";
import { toChatCompletion } from "./chat-completion.ts";
import { openaiErrorBody } from "./openai-error.ts";
import { toResponseObject } from "./response-object.ts";

interface Place {
  readonly batch: HeldBatch;
  readonly seed: number;
  readonly nowSeconds: number;
}

/** The line of one request: successes and failures go to files of their own. */
export function toOpenaiResultLine(worked: WorkedLine, place: Place): ResultLine {
  const { customId, outcome } = worked;
  const id = hexOf(24, place.seed, place.batch.facts.id, customId);
  const ends = { id: `batch_req_${id}`, custom_id: customId };
  switch (outcome.kind) {
    case "answered": {
      const facts = { id, model: worked.model, createdAtSeconds: place.nowSeconds, serviceTier: "default" };
      const isChat = place.batch.facts.submitted["endpoint"] === "/v1/chat/completions";
      const body = isChat ? toChatCompletion(outcome, facts) : toResponseObject(outcome, facts);
      return line(customId, "output", { ...ends, response: response(200, id, body), error: null });
    }
    case "error":
      return line(customId, outcome.in, {
        ...ends,
        response: response(outcome.status, id, errorBody(outcome)),
        error: null,
      });
    case "status_zero":
      return line(customId, "output", { ...ends, response: response(0, null, null), error: null });
    case "expired":
    case "canceled":
      return line(customId, "error", { ...ends, response: null, error: unfinished[outcome.kind] });
  }
}

function line(customId: string, file: "output" | "error", value: Json): ResultLine {
  return { customId, file, value };
}

function response(status: number, id: string | null, body: Json): Json {
  return { status_code: status, request_id: id === null ? "" : `req_${id}`, body };
}

function errorBody({ status, code, message, param }: LineError): Json {
  const type = status >= 500 ? "server_error" : status === 429 ? "rate_limit_error" : "invalid_request_error";
  return openaiErrorBody({ message, type, param, code });
}

const unfinished = {
  expired: {
    code: "batch_expired",
    message: "This request could not be executed before the completion window expired.",
  },
  canceled: {
    code: "batch_cancelled",
    message: "This request was not executed because the batch was cancelled.",
  },
} as const;
