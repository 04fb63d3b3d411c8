import { callProvider, type ProviderCall } from "./call-provider.ts";
import type { CallTrouble } from "./call-trouble.ts";
import type { Connection } from "./connection.ts";
import { endOfError, endOfTrouble, enterGate, leaveGate } from "./provider-gate.ts";
import { type HttpAnswer, isOk } from "./http-answer.ts";
import { toAasError } from "./to-aas-error.ts";

export type CallOutcome =
  | { readonly kind: "answered"; readonly body: unknown }
  | { readonly kind: "refused"; readonly trouble: CallTrouble; readonly answer: HttpAnswer };

/** What an answer that is no success means: one pure function a vendor. */
export type Classify = (answer: HttpAnswer) => CallTrouble;

/** A vendor's server, and how to understand it. */
export interface Vendor {
  readonly connection: Connection;
  readonly classify: Classify;
}

/** Waits before the tries after the first, where the server does not say how long. */
const waitsMs = [1_000, 4_000, 10_000];

/** Whoever is told to wait longer is told it, and may do something else meanwhile. */
const longestWaitMs = 60_000;

/** One call, made once, when it is its turn. */
export async function askProvider(vendor: Vendor, call: ProviderCall): Promise<CallOutcome> {
  const { connection } = vendor;
  const passage = await enterGate(connection, call);
  try {
    const outcome = await ask(vendor, call);
    const end = outcome.kind === "answered" ? outcome : endOfTrouble(outcome.trouble, outcome.answer.status);
    await leaveGate(connection, passage, end);
    return outcome;
  } catch (error) {
    await leaveGate(connection, passage, endOfError(error));
    throw error;
  }
}

async function ask({ connection, classify }: Vendor, call: ProviderCall): Promise<CallOutcome> {
  const answer = await callProvider(connection, call);
  if (isOk(answer)) return { kind: "answered", body: answer.body };
  return { kind: "refused", trouble: troubleOf({ connection, classify }, answer), answer };
}

/** What an answer that is no success means. To be sent elsewhere means the same at every vendor. */
export function troubleOf({ connection, classify }: Vendor, answer: HttpAnswer): CallTrouble {
  const { status, headers } = answer;
  const location = headers.get("location");
  const target = location === null ? null : URL.parse(location, connection.baseUrl);
  if (status < 300 || status > 399 || target === null) return classify(answer);
  // What stands behind a path may be anything, a ticket for a login among it.
  return { kind: "moved", message: `HTTP ${status} to ${target.origin}${target.pathname}` };
}

/** Asks again a few times when the call certainly did not run. What may have run is never repeated here. */
export async function askPatiently(
  vendor: Vendor,
  call: ProviderCall & { readonly signal: AbortSignal },
): Promise<CallOutcome> {
  for (const usualWaitMs of waitsMs) {
    const outcome = await askProvider(vendor, call);
    const waitMs = outcome.kind === "refused" ? waitBeforeNext(outcome.trouble, usualWaitMs) : null;
    if (waitMs === null) return outcome;
    await vendor.connection.pause(waitMs, call.signal);
  }
  return askProvider(vendor, call);
}

/** The body of the answer; what brought none is an error. */
export async function getFrom(vendor: Vendor, call: ProviderCall): Promise<unknown> {
  const outcome = await askProvider(vendor, call);
  if (outcome.kind === "answered") return outcome.body;
  throw toAasError(vendor.connection, outcome.trouble);
}

/** Null: there is no such thing. */
export async function findIn(vendor: Vendor, call: ProviderCall): Promise<unknown> {
  const outcome = await askProvider(vendor, call);
  if (outcome.kind === "answered") return outcome.body;
  if (outcome.answer.status === 404) return null;
  throw toAasError(vendor.connection, outcome.trouble);
}

/** Null: not again. */
function waitBeforeNext(trouble: CallTrouble, usualWaitMs: number): number | null {
  if (trouble.kind !== "rate" && trouble.kind !== "overloaded") return null;
  const waitMs = trouble.retryAfterMs ?? usualWaitMs;
  return waitMs <= longestWaitMs ? waitMs : null;
}
