import fc from "fast-check";
import { expect, test } from "vitest";
import { plainPrice, plainTokens, type Price } from "./price.ts";
import { furtherKey, lostKey, microUsdOf, settleUsage } from "./usage.ts";

const used = plainTokens(1_000, 200);
const price = plainPrice(3_000_000, 15_000_000);
const estimate = {
  status: "settled",
  microUsd: 50_000,
  standardMicroUsd: 50_000,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  answeredBy: null,
  rates: null,
  isEstimated: true,
};

test("an answer is charged what it cost, and keeps the rates that explain it", () => {
  expect(settleUsage(used, price, 50_000)).toEqual({
    status: "settled",
    microUsd: 6_000,
    standardMicroUsd: 6_000,
    inputTokens: 1_000,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 200,
    answeredBy: null,
    rates: price.rates,
    isEstimated: false,
  });
});

test("the rates that are kept are those of the prompt's length", () => {
  const long = plainPrice(6_000_000, 20_000_000).rates;
  const tiered: Price = { ...price, longPrompts: [{ aboveInputTokens: 999, rates: long }] };

  expect(settleUsage(used, tiered, 50_000)).toMatchObject({ microUsd: 10_000, rates: long });
});

test("what a batch saved is the difference to the ordinary price", () => {
  const batch = plainPrice(1_500_000, 7_500_000);

  expect(
    settleUsage(used, batch, 50_000, { standardPrice: price, answeredBy: "gpt-5.4-2026-03-05" }),
  ).toMatchObject({
    microUsd: 3_000,
    standardMicroUsd: 6_000,
    answeredBy: "gpt-5.4-2026-03-05",
  });
});

test("no saving is claimed when the ordinary price is not known", () => {
  expect(settleUsage(used, price, 50_000, { standardPrice: null })).toMatchObject({
    microUsd: 6_000,
    standardMicroUsd: 6_000,
  });
});

test.each([
  ["the provider does not say what was used", null, price],
  ["the price is not known", used, null],
])("when %s, what was held back is charged, and said to be an estimate", (_, tokens, known) => {
  expect(settleUsage(tokens, known, 50_000)).toEqual(estimate);
});

const oddNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-1, 0.5, 1e12, 1e18, 1e300, 2 ** 53));

test("whatever is counted, a charge is a whole amount that is not below zero, or the estimate", () => {
  fc.assert(
    fc.property(fc.tuple(oddNumber, oddNumber, oddNumber, oddNumber), oddNumber, (counts, rate) => {
      const [inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens] = counts;
      const tokens = { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens };
      const settled = settleUsage(tokens, plainPrice(3_000_000, 15_000_000), 50_000, {
        standardPrice: plainPrice(rate, rate),
      });

      const written = settled.isEstimated ? [] : [settled.microUsd, settled.standardMicroUsd, ...counts];
      expect(written.filter((amount) => !Number.isSafeInteger(amount) || amount < 0)).toEqual([]);
      expect(settled.isEstimated ? settled : estimate).toEqual(estimate);
    }),
  );
});

test.each([
  ["less than nothing was written", { ...used, outputTokens: -1_000_000 }],
  ["a part of a token was read", { ...used, inputTokens: 200.5 }],
  ["more was written than can be counted", { ...used, outputTokens: 1e18 }],
  ["a cache gave less than nothing", { ...used, cacheReadTokens: -1 }],
  ["the cost is more than can be counted", { ...used, outputTokens: Number.MAX_SAFE_INTEGER }],
])("when %s, what was held back is charged", (_, tokens) => {
  expect(settleUsage(tokens, price, 50_000)).toEqual(estimate);
});

test("what is held back counts like what is charged, and what was let go counts nothing", () => {
  expect(microUsdOf({ status: "reserved", microUsd: 7, tokens: 1 })).toBe(7);
  expect(microUsdOf({ status: "undelivered", microUsd: 7, tokens: 1, reason: "gone" })).toBe(7);
  expect(microUsdOf(settleUsage(used, price, 0))).toBe(6_000);
  expect(microUsdOf({ status: "released" })).toBe(0);
});

test("further charges of a request and its lost tries have keys of their own", () => {
  const keys = ["a", furtherKey("a", 2), furtherKey("a", 3), lostKey("a", 1), lostKey("a", 2)];

  expect(new Set(keys).size).toBe(5);
});
