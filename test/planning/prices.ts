import type { Price } from "../../src/domain/money/price.ts";
import type { PriceList } from "../../src/testing/fault-server/money/price-list.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";

export const modelNames = {
  openai: "gpt-5.4-mini",
  anthropic: "claude-sonnet-5-5",
  gemini: "gemini-3.8-flash",
} as const satisfies Record<Vendor, string>;

/** What the server charges, in micro-dollars per million: written out, so that no table of ours can be wrong twice. */
export const serverPrices: PriceList = {
  "gpt-5.4-mini": {
    rates: { input: 750_000, cacheRead: 75_000, cacheWrite: 937_500, output: 4_500_000 },
    longPrompts: [],
    batchFactor: [1, 2],
  },
  "claude-sonnet-5-5": {
    rates: { input: 3_000_000, cacheRead: 300_000, cacheWrite: 3_750_000, output: 15_000_000 },
    longPrompts: [],
    batchFactor: [1, 2],
  },
  "gemini-3.8-flash": {
    rates: { input: 300_000, cacheRead: 30_000, cacheWrite: 300_000, output: 2_500_000 },
    longPrompts: [],
    batchFactor: [1, 2],
    batchCacheReadFactor: [1, 1],
  },
};

/** What the product is told that they cost: in a batch, and alone. */
export const clientPrices = {
  openai: {
    batch: price({ input: 375_000, cacheRead: 37_500, cacheWrite: 468_750, output: 2_250_000 }),
    alone: price({ input: 750_000, cacheRead: 75_000, cacheWrite: 937_500, output: 4_500_000 }),
  },
  anthropic: {
    batch: price({ input: 1_500_000, cacheRead: 150_000, cacheWrite: 1_875_000, output: 7_500_000 }),
    alone: price({ input: 3_000_000, cacheRead: 300_000, cacheWrite: 3_750_000, output: 15_000_000 }),
  },
  gemini: {
    batch: price({ input: 150_000, cacheRead: 30_000, cacheWrite: 150_000, output: 1_250_000 }),
    alone: price({ input: 300_000, cacheRead: 30_000, cacheWrite: 300_000, output: 2_500_000 }),
  },
} as const satisfies Record<Vendor, { readonly batch: Price; readonly alone: Price }>;

function price(rates: Price["rates"]): Price {
  return { rates, longPrompts: [] };
}
