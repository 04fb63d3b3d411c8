import type { CallTrouble } from "../wire/call-trouble.ts";
import type { HttpAnswer } from "../wire/http-answer.ts";
import { retryAfterMs } from "../wire/retry-after.ts";
import {
  type AnthropicError,
  isAboutMoney,
  parseAnthropicError,
  renderAnthropicError,
} from "./anthropic-error.ts";

/** What an answer of Anthropic means. Limits on spending come with the status of limits on calls: money wins. */
export function classifyAnthropicAnswer({ status, headers, body, receivedAt }: HttpAnswer): CallTrouble {
  const error = parseAnthropicError(body);
  const message = renderAnthropicError(status, error);
  const kind = kindOf(status, error);
  if (kind !== "rate" && kind !== "overloaded") return { kind, message };
  return { kind, message, retryAfterMs: retryAfterMs(headers, receivedAt) };
}

const kindOfType: Readonly<Record<string, CallTrouble["kind"]>> = {
  authentication_error: "unauthorized",
  permission_error: "unauthorized",
  not_found_error: "missing",
  request_too_large: "too_large",
  rate_limit_error: "rate",
  overloaded_error: "overloaded",
  timeout_error: "open",
  api_error: "open",
};

const kindOfStatus: Readonly<Record<number, CallTrouble["kind"]>> = {
  401: "unauthorized",
  402: "unpaid",
  403: "unauthorized",
  404: "unsupported",
  405: "unsupported",
  408: "open",
  409: "open",
  413: "too_large",
  425: "open",
  429: "rate",
  501: "unsupported",
  503: "overloaded",
  529: "overloaded",
};

function kindOf(status: number, error: AnthropicError): CallTrouble["kind"] {
  if (isAboutMoney(error)) return "unpaid";
  const known = kindOfType[error.type ?? ""] ?? kindOfStatus[status];
  if (known !== undefined) return known;
  return status >= 500 || status < 300 ? "open" : "invalid";
}
