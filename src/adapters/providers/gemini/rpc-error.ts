import { z } from "zod";
import { listOf, numberOrNull, textOrNull } from "../wire/tolerant.ts";

const detail = z.object({ reason: textOrNull, retryDelay: textOrNull });

/** What Google's services say about a failure: of a call, of a batch, or of one request in it. */
export interface RpcError {
  /** `INVALID_ARGUMENT`; null when it is not named in any way. */
  readonly status: string | null;
  /** What exactly: `API_KEY_INVALID`. */
  readonly reasons: readonly string[];
  readonly retryAfterMs: number | null;
  readonly message: string | null;
}

/** By the numbers of the protocol, and by those of HTTP where these are used instead. */
const statusOfCode: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  5: "NOT_FOUND",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  11: "OUT_OF_RANGE",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  16: "UNAUTHENTICATED",
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const rpcError = z
  .object({ code: numberOrNull, message: textOrNull, status: textOrNull, details: listOf(detail) })
  .transform(({ code, message, status, details }): RpcError => {
    const delays = details.flatMap(({ retryDelay }) => retryDelay ?? []);
    return {
      status: status ?? statusOfCode[code ?? 0] ?? null,
      reasons: details.flatMap(({ reason }) => reason ?? []),
      retryAfterMs: delays.map(parseDuration).find((ms) => ms !== null) ?? null,
      message,
    };
  });

/** Of an error itself, not of what holds it. */
export function parseRpcError(value: unknown): RpcError {
  const message = typeof value === "string" ? value.slice(0, 300) : null;
  return rpcError.safeParse(value).data ?? { status: null, reasons: [], retryAfterMs: null, message };
}

/** `34s`, `1.5s`. */
function parseDuration(text: string): number | null {
  const seconds = /^(?<seconds>\d{1,9}(?:\.\d+)?)s$/u.exec(text)?.groups?.["seconds"];
  return seconds === undefined ? null : Math.ceil(Number(seconds) * 1000);
}

export function renderRpcError({ status, reasons, message }: RpcError): string {
  const [what = status] = reasons;
  return [what ?? [], message ?? []].flat().join(": ");
}

/** Its quota is not money: what has no money says so by a reason. */
export function isAboutMoney({ reasons }: RpcError): boolean {
  return reasons.some((reason) => /BILLING|SPEND|CREDIT|PAYMENT/iu.test(reason));
}
