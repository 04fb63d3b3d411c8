import { z } from "zod";
import type { CallTrouble } from "../wire/call-trouble.ts";
import type { HttpAnswer } from "../wire/http-answer.ts";
import { retryAfterMs } from "../wire/retry-after.ts";
import { anything } from "../wire/tolerant.ts";
import { isAboutMoney, parseRpcError, renderRpcError, type RpcError } from "./rpc-error.ts";

const answer = z.object({ error: anything });

/** What an answer of Gemini means. */
export function classifyGeminiAnswer({ status, headers, body, receivedAt }: HttpAnswer): CallTrouble {
  const [first] = Array.isArray(body) ? (body as readonly unknown[]) : [body];
  const error = parseRpcError(typeof first === "string" ? first : answer.safeParse(first).data?.error);
  const said = renderRpcError(error);
  const message = said === "" ? `HTTP ${status}` : `HTTP ${status} ${said}`;
  const kind = kindOf(status, error);
  if (kind !== "rate" && kind !== "overloaded") return { kind, message };
  return { kind, message, retryAfterMs: retryAfterMs(headers, receivedAt) ?? error.retryAfterMs };
}

const kindOfName: Readonly<Record<string, CallTrouble["kind"]>> = {
  UNAUTHENTICATED: "unauthorized",
  PERMISSION_DENIED: "unauthorized",
  NOT_FOUND: "missing",
  RESOURCE_EXHAUSTED: "rate",
  UNAVAILABLE: "overloaded",
  UNIMPLEMENTED: "unsupported",
  INTERNAL: "open",
  UNKNOWN: "open",
  DEADLINE_EXCEEDED: "open",
  ABORTED: "open",
  CANCELLED: "open",
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
  429: "rate",
  501: "unsupported",
  503: "overloaded",
};

function kindOf(status: number, error: RpcError): CallTrouble["kind"] {
  if (isAboutMoney(error)) return "unpaid";
  // A wrong key is told as a wrong request.
  if (error.reasons.some((reason) => reason.startsWith("API_KEY_"))) return "unauthorized";
  if (status === 413) return "too_large";
  const known = kindOfName[error.status ?? ""] ?? kindOfStatus[status];
  if (known !== undefined) return known;
  return status >= 500 || status < 300 ? "open" : "invalid";
}
