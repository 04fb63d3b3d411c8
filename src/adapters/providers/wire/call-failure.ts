import { AasError } from "../../../domain/errors.ts";
import type { Connection } from "./connection.ts";
import type { Deadline } from "./deadline.ts";

/** A call that brought no answer. What its caller ended is the caller's own matter. */
export function failedCall(
  error: unknown,
  { provider, host }: Connection,
  {
    call,
    deadline,
  }: {
    readonly call: { readonly timeoutMs: number; readonly signal?: AbortSignal };
    readonly deadline: Deadline;
  },
): unknown {
  if (error instanceof AasError) return error;
  if (call.signal?.aborted === true) return call.signal.reason;
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = deadline.hasPassed ? lateReason(deadline, call.timeoutMs) : reasonOf(cause);
  return new AasError("provider_unavailable", `${provider} (${host}) ${reason}.`, {
    retryable: true,
    hadNoEffect: neverSent.has(codeOf(cause)),
    cure: `Try again later. ${checkAddress(host)}`,
    cause,
  });
}

/** For a server that answers, and not as a provider does. */
export function checkAddress(host: string): string {
  return `When it stays so, check the connection and the address that model.baseUrl names: ${host} was asked.`;
}

function lateReason({ isTooSlow }: Deadline, timeoutMs: number): string {
  return isTooSlow
    ? "sends its answer so slowly that it would not end"
    : `brought nothing in ${timeoutMs / 1000} s`;
}

/** There was no connection that a call could have gone through. */
const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const brokenOff = /^(?:ECONNRESET|EPIPE|HPE_\w+|UND_ERR_(?!CONNECT)\w+)$/u;

/** The code of the network's failure: its text may name more than it should. */
function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  if (brokenOff.test(code)) return `ended the connection before its answer was whole (${code})`;
  return /^[A-Z0-9_]+$/u.test(code) ? `could not be reached (${code})` : "could not be reached";
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}
