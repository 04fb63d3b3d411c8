import type { ModelPrice } from "@pydantic/genai-prices";
import type { Price, Rates } from "../../domain/money/price.ts";

/** What a call may also be charged for, and what our prices have no word for. */
const untold: readonly string[] = ["requests_kcount", "output_reasoning_mtok"];

/**
 * An entry of the list in our words. As in the list, a longer prompt has its rates for the whole request, and what a
 * cache gave or kept costs like other input where it has no rate. Null when the entry does not say all that a text costs.
 */
export function toPrice(listed: ModelPrice): Price | null {
  if (listed["input_mtok"] === undefined || listed["output_mtok"] === undefined) return null;
  if (untold.some((key) => listed[key] !== undefined)) return null;
  return {
    rates: ratesAt(listed, 0),
    longPrompts: startsOf(listed).map((start) => ({
      aboveInputTokens: start,
      rates: ratesAt(listed, start + 1),
    })),
  };
}

function startsOf(listed: ModelPrice): readonly number[] {
  const starts = Object.values(listed).flatMap((price) =>
    typeof price === "object" ? price.tiers.map((tier) => tier.start) : [],
  );
  return [...new Set(starts)].toSorted((a, b) => a - b);
}

function ratesAt(listed: ModelPrice, inputTokens: number): Rates {
  const input = rateAt(listed, "input_mtok", inputTokens) ?? 0;
  return {
    input,
    cacheRead: rateAt(listed, "cache_read_mtok", inputTokens) ?? input,
    cacheWrite: rateAt(listed, "cache_write_mtok", inputTokens) ?? input,
    output: rateAt(listed, "output_mtok", inputTokens) ?? 0,
  };
}

function rateAt(listed: ModelPrice, key: string, inputTokens: number): number | null {
  const price = listed[key];
  if (price === undefined) return null;
  if (typeof price === "number") return toRate(price);
  const tiers = price.tiers.toSorted((a, b) => a.start - b.start);
  return toRate(tiers.findLast((tier) => inputTokens > tier.start)?.price ?? price.base);
}

/** Dollars to whole micro-dollars, up; what a fraction in binary adds to a decimal one is no money. */
function toRate(usd: number): number {
  return Math.ceil(Math.round(usd * 1e9) / 1e3);
}
