import fc from "fast-check";
import { expect, test } from "vitest";
import { toMicroUsd } from "../domain/money/budget.ts";
import { isUsd, readUsd } from "./usd.ts";

test("amounts are read with and without a dollar sign", () => {
  expect(["10", "2.50", "$2.50", "0", "0.000001"].map((text) => readUsd(text))).toEqual([
    10, 2.5, 2.5, 0, 1e-6,
  ]);
});

test("no amount loses a micro-dollar on its way from text", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (micro) => {
      const text = `${Math.floor(micro / 1e6)}.${String(micro % 1e6).padStart(6, "0")}`;
      expect(toMicroUsd(readUsd(text) ?? -1)).toBe(micro);
    }),
  );
});

test.each(["", "ten", "-1", "1,50", "1.0000001", "10 EUR", "1e3", "Infinity", "1000001", "$", ".5", "10\n"])(
  "%j is no amount",
  (text) => {
    expect(readUsd(text)).toBeNull();
  },
);

test("a number with more than six decimals cannot be counted", () => {
  expect([0.1, 0.3, 1e-6, 1_000_000, 1e-7, -1, 1_000_001, Number.NaN].map(isUsd)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
