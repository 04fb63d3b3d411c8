import type { CallTrouble } from "../wire/call-trouble.ts";
import type { HttpAnswer } from "../wire/http-answer.ts";
import { retryAfterMs } from "../wire/retry-after.ts";
import { isLostUpload, means } from "./error-words.ts";
import { type OpenAiError, parseOpenAiError, renderOpenAiError } from "./openai-error.ts";

/** What an answer of a server of this API means. Money wins over every status: it is told as 400, 402, 403 and 429. */
export function classifyOpenAiAnswer({ status, headers, body, receivedAt }: HttpAnswer): CallTrouble {
  const error = parseOpenAiError(body);
  const message = renderOpenAiError(status, error);
  const kind = kindOf(status, error);
  if (kind !== "rate" && kind !== "overloaded") return { kind, message };
  return { kind, message, retryAfterMs: retryAfterMs(headers, receivedAt) };
}

/** The flexible tier says in its own way that it has no room; that is not a limit on calls. */
export function classifyFlexAnswer(answer: HttpAnswer): CallTrouble {
  const trouble = classifyOpenAiAnswer(answer);
  const isFull = trouble.kind === "rate" && means("full", parseOpenAiError(answer.body));
  return isFull ? { kind: "full", message: trouble.message } : trouble;
}

function kindOf(status: number, error: OpenAiError): CallTrouble["kind"] {
  if (means("money", error) || status === 402) return "unpaid";
  if (status >= 500 || status < 300) return kindOfServerFault(status);
  if (means("filter", error)) return "filtered";
  if (means("tooLarge", error) || status === 413) return "too_large";
  if (means("rate", error) || status === 429) return "rate";
  return kindOfRefusal(status, error);
}

/** Only what says that it did not run is known not to have run. */
function kindOfServerFault(status: number): CallTrouble["kind"] {
  if (status === 501) return "unsupported";
  return status === 503 || status === 529 ? "overloaded" : "open";
}

const kindOfStatus: Readonly<Record<number, CallTrouble["kind"]>> = {
  401: "unauthorized",
  403: "unauthorized",
  405: "unsupported",
  // Whoever times out or conflicts does not say what became of it.
  408: "open",
  409: "open",
  425: "open",
  // Groq's flexible tier, when it is full.
  498: "overloaded",
};

function kindOfRefusal(status: number, error: OpenAiError): CallTrouble["kind"] {
  if (means("badKey", error)) return "unauthorized";
  // A server that knows the route says by name what it does not find there.
  if (status === 404) return error.isNamed ? "missing" : "unsupported";
  return kindOfStatus[status] ?? (isLostUpload(error) ? "missing" : "invalid");
}
