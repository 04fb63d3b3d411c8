import { AasError, isAasError } from "../../../domain/errors.ts";
import type { CallEnd, GateCall, GateEntry, ProviderWait } from "../../../domain/calling/provider-gate.ts";
import type { GateKey } from "../../../ports/gate-store.ts";
import type { CallTrouble } from "./call-trouble.ts";
import type { Connection } from "./connection.ts";
import { retryAfterMs } from "./retry-after.ts";

/** A call that was let through: to be handed back with what became of it. */
export interface Passage {
  readonly trial: number | null;
}

/** What of a call matters here. */
interface GatedCall {
  readonly timeoutMs: number;
  readonly tokens?: number;
  readonly signal?: AbortSignal;
}

/** So short a wait is over before anybody could do something else meanwhile. */
const shortMs = 2_000;
const shortWaits = 3;
const never = new AbortController().signal;

/** Waits a moment where that is enough; else whoever asks is told how long it takes, and comes back. */
export async function enterGate(connection: Connection, call: GatedCall): Promise<Passage> {
  const { gate } = connection;
  if (gate === null) return { trial: null };
  const asked: GateCall = {
    tokens: call.tokens ?? 0,
    longestMs: call.timeoutMs,
    limits: gate.limits,
  };
  for (let waits = 0; ; waits += 1) {
    const entry = await gate.store.enter(gate.key, asked);
    if (entry.kind === "passed") return entry;
    if (entry.waitMs > shortMs || waits === shortWaits) throw waitingFor(gate.key, entry);
    await connection.pause(entry.waitMs, call.signal ?? never);
  }
}

/** What became of a call is told to the others; a word that is lost costs them a look, and the caller nothing. */
export async function leaveGate({ gate }: Connection, { trial }: Passage, end: CallEnd): Promise<void> {
  await gate?.store.leave(gate.key, { trial, end }).catch(() => undefined);
}

/** An answer with a verdict is an answer; only who wants to be left alone, or could not work, is. */
export function endOfTrouble(trouble: CallTrouble, status: number): CallEnd {
  if (trouble.kind === "rate") return { kind: "busy", retryAfterMs: trouble.retryAfterMs };
  if (trouble.kind === "overloaded") return { kind: "away", retryAfterMs: trouble.retryAfterMs };
  const isBroken = trouble.kind === "open" && status >= 500;
  return isBroken ? { kind: "away", retryAfterMs: null } : { kind: "answered" };
}

/** The same where only the head of an answer is known. */
export function endOfHead({ status, headers }: Response, now: Date): CallEnd {
  const isAway = status >= 500;
  if (status !== 429 && !isAway) return { kind: "answered" };
  return { kind: isAway ? "away" : "busy", retryAfterMs: retryAfterMs(headers, now) };
}

/** Who could not be reached is away; what ended the call from our side says nothing about it. */
export function endOfError(error: unknown): CallEnd {
  return isAasError(error, "provider_unavailable")
    ? { kind: "away", retryAfterMs: null }
    : { kind: "given_up" };
}

/** About as many tokens as a call reads, and the most that it writes: a pace is no cap, and providers count for themselves. */
export function countedTokens(body: string, maxOutputTokens: number): number {
  return Math.ceil(Buffer.byteLength(body) / 3) + maxOutputTokens;
}

function waitingFor({ provider }: GateKey, entry: Extract<GateEntry, { kind: "shut" }>): AasError {
  const { cause, waitMs, sinceMs } = entry;
  const waiting: ProviderWait = { provider, cause, waitMs, sinceMs };
  return new AasError("provider_waiting", sayWait(waiting), { retryable: true, hadNoEffect: true, waiting });
}

function sayWait({ provider, cause, waitMs }: ProviderWait): string {
  const seconds = Math.ceil(waitMs / 1000);
  switch (cause) {
    case "away":
      return `${provider} is away; it is looked at again in ${seconds} s.`;
    case "busy":
      return `${provider} wants to be asked less often; it is asked again in ${seconds} s.`;
    case "pace":
      return `The limits for ${provider} are reached; it is asked again in ${seconds} s.`;
  }
}
