import type { TokenUsage } from "../../../domain/money/price.ts";
import { anything } from "./tolerant.ts";

/** Ten times what any model can read at once: whoever counts more has counted wrongly. */
const mostTokens = 100_000_000;

/**
 * What a provider counted. Nothing is zero. NaN: something stands there that is no count, such as a part of a token or
 * less than none; a sum with it is none either.
 */
export const tokenCount = anything.transform(toCount);

/** The same, where it matters whether anything stands there. */
export const tokenCountOrNull = anything.transform((value) => (isAbsent(value) ? null : toCount(value)));

function toCount(value: unknown): number {
  if (isAbsent(value)) return 0;
  if (typeof value === "number") return isCount(value) ? value : Number.NaN;
  return typeof value === "string" && /^\d{1,15}$/u.test(value) ? toCount(Number(value)) : Number.NaN;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= mostTokens;
}

/**
 * Null: the provider did not say, or said what cannot be. A count of nothing read is no count, since something was asked,
 * and a cache gives and keeps no more than was read.
 */
export function toTokenUsage(counted: TokenUsage): TokenUsage | null {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = counted;
  const areCounts = [inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens].every(isCount);
  const isWhole = inputTokens > 0 && cacheReadTokens + cacheWriteTokens <= inputTokens;
  return areCounts && isWhole ? counted : null;
}
