import type { TokenUsage } from "../../../domain/money/price.ts";
import type { ListRates, ModelPrice, Ratio } from "./price-list.ts";

const million = 1_000_000n;

/** Whole micro-dollars, rounded up, in whole numbers all the way: written apart from the product, to be a second opinion. */
export function lineCost(tokens: TokenUsage, price: ModelPrice, isBatch: boolean): bigint {
  const rates = ratesOf(tokens, price);
  const cached = BigInt(tokens.cacheReadTokens);
  const written = BigInt(tokens.cacheWriteTokens);
  const read = BigInt(tokens.inputTokens) - cached - written;
  const fresh = read > 0n ? read : 0n;
  const plain =
    fresh * BigInt(rates.input) +
    written * BigInt(rates.cacheWrite) +
    BigInt(tokens.outputTokens) * BigInt(rates.output);
  const fromCache = cached * BigInt(rates.cacheRead);
  const [one, other] = isBatch ? factorsOf(price) : [whole, whole];
  const numerator = plain * BigInt(one[0]) * BigInt(other[1]) + fromCache * BigInt(other[0]) * BigInt(one[1]);
  return divideUp(numerator, million * BigInt(one[1]) * BigInt(other[1]));
}

const whole: Ratio = [1, 1];

function factorsOf({ batchFactor, batchCacheReadFactor }: ModelPrice): readonly [Ratio, Ratio] {
  return [batchFactor, batchCacheReadFactor ?? batchFactor];
}

function ratesOf({ inputTokens }: TokenUsage, { rates, longPrompts }: ModelPrice): ListRates {
  const tiers = longPrompts.filter(({ aboveInputTokens }) => inputTokens > aboveInputTokens);
  return tiers.toSorted((one, other) => other.aboveInputTokens - one.aboveInputTokens)[0]?.rates ?? rates;
}

function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}
