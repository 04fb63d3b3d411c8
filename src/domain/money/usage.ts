import { costOf, type Price, type PriceTier, type Rates, ratesFor, type TokenUsage } from "./price.ts";
import type { RunId } from "../ids.ts";

/** One paid call: reserved before it is made, settled when its cost is known. The key makes it count once. */
export interface Usage {
  readonly key: string;
  readonly runId: RunId;
  readonly purpose: string;
  /** The version of the prompt that asked: `plan.v1`; null: made before versions were kept. */
  readonly promptVersion: string | null;
  readonly provider: string;
  /** The model that was asked. */
  readonly model: string;
  readonly tier: PriceTier;
  readonly state: UsageState;
  readonly createdAt: Date;
}

export type UsageState =
  | ReservedState
  /** It may have been worked on and charged for, but its answer never came: what was held back stays so. */
  | {
      readonly status: "undelivered";
      readonly microUsd: number;
      readonly tokens: number;
      readonly reason: string;
    }
  | SettledState
  | { readonly status: "released" };

/** The most that the call can take. */
export interface ReservedState {
  readonly status: "reserved";
  readonly microUsd: number;
  readonly tokens: number;
}

export interface SettledState extends TokenUsage {
  readonly status: "settled";
  readonly microUsd: number;
  /** The same tokens at the ordinary price: the difference is what a batch saved. */
  readonly standardMicroUsd: number;
  /** What answered, as it calls itself; null when it did not say. */
  readonly answeredBy: string | null;
  /** What was charged per million tokens; null for an estimate. */
  readonly rates: Rates | null;
  /** The provider did not say what was used: the reservation is charged. */
  readonly isEstimated: boolean;
}

/** How a reservation ends. */
export type Settlement = SettledState | { readonly status: "released" };

/** What is known of an answer beside its tokens and its price. */
export interface AnswerDetails {
  readonly answeredBy?: string | null;
  /** Not given: the price was the ordinary one. Null: it is not known, and no saving is claimed. */
  readonly standardPrice?: Price | null;
}

/**
 * What an answer is charged: its own cost, or what was held back for it where the provider or the price does not say, or
 * what they say is no amount: less than nothing, a part of a token, or more than can be counted.
 */
export function settleUsage(
  used: TokenUsage | null,
  price: Price | null,
  reservedMicroUsd: number,
  { answeredBy = null, standardPrice = price }: AnswerDetails = {},
): SettledState {
  if (used === null || price === null) return estimate(reservedMicroUsd, answeredBy);
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = used;
  const microUsd = costOf(used, price);
  const standardMicroUsd = standardPrice === null ? microUsd : costOf(used, standardPrice);
  const amounts = [inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, microUsd, standardMicroUsd];
  if (!amounts.every(isAmount)) return estimate(reservedMicroUsd, answeredBy);
  return {
    status: "settled",
    microUsd,
    standardMicroUsd,
    inputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens,
    answeredBy,
    rates: ratesFor(inputTokens, price),
    isEstimated: false,
  };
}

/** A purse never grows by being paid from, and what is written can be read again. */
function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function estimate(microUsd: number, answeredBy: string | null): SettledState {
  return {
    status: "settled",
    microUsd,
    standardMicroUsd: microUsd,
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    answeredBy,
    rates: null,
    isEstimated: true,
  };
}

/** What a usage counts for: charged, or held back. */
export function microUsdOf(state: UsageState): number {
  return state.status === "released" ? 0 : state.microUsd;
}

/** Names another charge of the same request: a provider that answers a line twice bills it twice. */
export function furtherKey(key: string, number: number): string {
  return `${key}~${number}`;
}

/** Names an earlier try of a request whose answer never came. */
export function lostKey(key: string, number: number): string {
  return `${key}~lost${number}`;
}
