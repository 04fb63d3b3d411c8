import fc from "fast-check";
import { expect, test } from "vitest";
import { renderUsd } from "./budget.ts";

test("a sum of less than a cent is told exactly, and only nothing is told as nothing", () => {
  expect([0, 1, 3_054, 9_999, 10_000, 1_234_567].map(renderUsd)).toEqual([
    "$0.00",
    "$0.000001",
    "$0.003054",
    "$0.009999",
    "$0.01",
    "$1.23",
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1 }), (microUsd) => {
      expect(Number(renderUsd(microUsd).slice(1))).toBeGreaterThan(0);
    }),
  );
});
