import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf, mostOf, plainPrice, plainTokens, type Price, type TokenUsage } from "./price.ts";

test("costs are rounded up, never down", () => {
  const price = plainPrice(150_000, 600_000);

  expect(costOf(plainTokens(0, 0), price)).toBe(0);
  expect(costOf(plainTokens(1, 0), price)).toBe(1);
  expect(costOf(plainTokens(1_000_000, 1_000_000), price)).toBe(750_000);
  expect(costOf(plainTokens(1_000_000, 1_000_001), price)).toBe(750_001);
});

test("a cost is the exact one rounded up to whole micro-dollars", () => {
  const anyTokens = fc.integer({ min: 0, max: 2_000_000 });
  const anyRate = fc.integer({ min: 0, max: 600_000_000 });
  fc.assert(
    fc.property(anyTokens, anyTokens, anyRate, anyRate, (read, written, input, output) => {
      const exact = BigInt(read) * BigInt(input) + BigInt(written) * BigInt(output);
      const cost = BigInt(costOf(plainTokens(read, written), plainPrice(input, output)));

      expect(cost * 1_000_000n >= exact && (cost - 1n) * 1_000_000n < exact).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const tiered: Price = {
  rates: { input: 1_000_000, cacheRead: 100_000, cacheWrite: 1_250_000, output: 5_000_000 },
  longPrompts: [
    {
      aboveInputTokens: 200_000,
      rates: { input: 2_000_000, cacheRead: 200_000, cacheWrite: 2_500_000, output: 7_500_000 },
    },
  ],
};

test("what a cache gave and what it kept have prices of their own", () => {
  const usage: TokenUsage = {
    inputTokens: 1_000,
    cacheReadTokens: 600,
    cacheWriteTokens: 300,
    outputTokens: 10,
  };

  expect(costOf(usage, tiered)).toBe(100 + 60 + 375 + 50);
});

test("a long prompt is priced as a whole at the rates of its length", () => {
  expect(costOf(plainTokens(200_000, 0), tiered)).toBe(200_000);
  expect(costOf(plainTokens(200_001, 0), tiered)).toBe(400_002);
});

test("nothing costs more than the most it can cost", () => {
  const share = fc.double({ min: 0, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(fc.nat(400_000), fc.nat(20_000), share, share, (inputTokens, outputTokens, read, write) => {
      const usage: TokenUsage = {
        inputTokens,
        outputTokens,
        cacheReadTokens: Math.floor(inputTokens * read),
        cacheWriteTokens: Math.floor(inputTokens * write),
      };

      expect(costOf(usage, tiered)).toBeLessThanOrEqual(mostOf(usage, tiered));
    }),
  );
});
