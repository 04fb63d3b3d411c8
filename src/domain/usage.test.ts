import { expect, test } from "vitest";
import { plainPrice, plainTokens } from "./price.ts";
import { settleUsage } from "./usage.ts";

const used = plainTokens(1_000, 200);
const price = plainPrice(3_000_000, 15_000_000);

test("an answer is charged what it cost", () => {
  expect(settleUsage(used, price, 50_000)).toEqual({
    status: "settled",
    microUsd: 6_000,
    inputTokens: 1_000,
    outputTokens: 200,
    isEstimated: false,
  });
});

test.each([
  ["the provider does not say what was used", null, price],
  ["the price is not known", used, null],
])("when %s, what was held back is charged, and said to be an estimate", (_, tokens, known) => {
  expect(settleUsage(tokens, known, 50_000)).toEqual({
    status: "settled",
    microUsd: 50_000,
    inputTokens: 0,
    outputTokens: 0,
    isEstimated: true,
  });
});
