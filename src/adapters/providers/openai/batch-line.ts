import { z } from "zod";
import type { ItemFailure } from "../../../domain/batching/batch-trouble.ts";
import type { BatchResult } from "../../../ports/batch-provider.ts";
import { answered, failed, type ItemOutcome, unreadableAnswer } from "../wire/batch-line.ts";
import { isOk } from "../wire/http-answer.ts";
import { anything, numberOrZero, objectOrNull } from "../wire/tolerant.ts";
import { parseChatReply } from "./chat-reply.ts";
import { means } from "./error-words.ts";
import { type OpenAiError, parseOpenAiError, renderOpenAiError } from "./openai-error.ts";
import { parseResponsesReply } from "./responses-reply.ts";

const line = z.object({
  custom_id: z.string().min(1),
  response: objectOrNull(z.object({ status_code: numberOrZero, body: anything })),
  error: anything,
});

/** By its status and never by its file: servers put failures into both. Null: it belongs to nobody. */
export function parseOpenAiLine(value: unknown): BatchResult | null {
  const parsed = line.safeParse(value).data;
  if (parsed === undefined) return null;
  const { custom_id: customId, response, error } = parsed;
  return { customId, outcome: response === null ? withoutResponse(error) : ofResponse(response) };
}

function ofResponse({ status_code, body }: NonNullable<z.infer<typeof line>["response"]>): ItemOutcome {
  const isAnswer = isOk({ status: status_code });
  const reply = isAnswer ? (parseChatReply(body) ?? parseResponsesReply(body)) : null;
  if (reply !== null) return answered(reply);
  const error = parseOpenAiError(body);
  if (isAnswer && !saysWhy(body, error)) return unreadableAnswer();
  return failed(failureOf(status_code, error), renderOpenAiError(status_code, error));
}

/** Whether it is an error at all: an answer that is garbled may hold a `type` or a `code` too. */
function saysWhy(body: unknown, { words, message }: OpenAiError): boolean {
  const isWrapped = typeof body === "object" && body !== null && "error" in body && body.error !== null;
  return words.length > 0 && (isWrapped || message !== null);
}

function withoutResponse(value: unknown): ItemOutcome {
  const error = parseOpenAiError(value);
  return failed(failureOf(null, error), error.words.length === 0 ? null : renderOpenAiError(null, error));
}

/** Lack of money and a lost key are no fault of the request: asked again, it is stopped for what is to be mended. */
function failureOf(status: number | null, error: OpenAiError): ItemFailure {
  if (means("filter", error)) return "filtered";
  if (means("money", error) || means("rate", error)) return "transient";
  if (status === null || isOk({ status })) return failureByName(error);
  const passes = [401, 402, 408, 409, 425, 429];
  return status >= 400 && status < 500 && !passes.includes(status) ? "invalid_request" : "transient";
}

const wrong =
  /^(?:invalid|missing|unsupported|unknown|duplicate|mismatched)_|_(?:mismatch|not_found|unsupported)$|_length_/u;

function failureByName(error: OpenAiError): ItemFailure {
  if (means("expired", error)) return "expired";
  if (means("canceled", error)) return "canceled";
  return error.words.some((word) => wrong.test(word)) ? "invalid_request" : "transient";
}
