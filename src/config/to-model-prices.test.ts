import { expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";
import { toModelPrices } from "./to-model-prices.ts";

test("prices are set in dollars per million tokens, and a cache costs like other input where nothing is said", () => {
  const text = `{ "models": { "prices": {
    "plain": { "input": 2.5, "output": 15 },
    "cached": { "input": 1, "output": 4, "cacheRead": 0.1, "cacheWrite": 1.25 } } } }`;

  const prices = toModelPrices(parseConfig(text, "aas.config.jsonc").config);

  const { plain, cached } = Object.fromEntries(prices);
  expect(plain).toEqual({
    rates: { input: 2_500_000, cacheRead: 2_500_000, cacheWrite: 2_500_000, output: 15_000_000 },
    longPrompts: [],
  });
  expect(cached).toEqual({
    rates: { input: 1_000_000, cacheRead: 100_000, cacheWrite: 1_250_000, output: 4_000_000 },
    longPrompts: [],
  });
});
