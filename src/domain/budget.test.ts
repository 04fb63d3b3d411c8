import fc from "fast-check";
import { expect, test } from "vitest";
import { type Budget, decideSpending, renderUsd, type Spending, toMicroUsd } from "./budget.ts";

const budget: Budget = { limitMicroUsd: 1_000, warnMicroUsd: 600 };

test.each<[Spending, number, ReturnType<typeof decideSpending>]>([
  [{ settledMicroUsd: 0, reservedMicroUsd: 0 }, 600, { kind: "allowed", isPastWarning: false }],
  [{ settledMicroUsd: 0, reservedMicroUsd: 0 }, 601, { kind: "allowed", isPastWarning: true }],
  [{ settledMicroUsd: 400, reservedMicroUsd: 500 }, 100, { kind: "allowed", isPastWarning: true }],
  [{ settledMicroUsd: 400, reservedMicroUsd: 500 }, 101, { kind: "over", missingMicroUsd: 1 }],
  [{ settledMicroUsd: 1_200, reservedMicroUsd: 0 }, 0, { kind: "over", missingMicroUsd: 200 }],
])("with %j spent, a call of %s is %j", (spent, asked, expected) => {
  expect(decideSpending(budget, spent, asked)).toEqual(expected);
});

test("without a warning limit nothing is past it", () => {
  const spent = { settledMicroUsd: 900, reservedMicroUsd: 0 };

  expect(decideSpending({ ...budget, warnMicroUsd: null }, spent, 100)).toEqual({
    kind: "allowed",
    isPastWarning: false,
  });
});

test("a cost or a cap that is not a number allows nothing", () => {
  const spent = { settledMicroUsd: 0, reservedMicroUsd: 0 };

  expect(decideSpending(budget, spent, Number.NaN).kind).toBe("over");
  expect(decideSpending({ ...budget, limitMicroUsd: Number.NaN }, spent, 1).kind).toBe("over");
});

test("whatever is asked and whatever calls turn out to cost, the cap is never passed", () => {
  const anyCall = fc.record({
    asked: fc.integer({ min: 0, max: 500_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    settlesAtOnce: fc.boolean(),
  });
  const spentAtMost: number[] = [];
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000 }),
      fc.array(anyCall, { maxLength: 40 }),
      (limitMicroUsd, calls) => {
        let spent: Spending = { settledMicroUsd: 0, reservedMicroUsd: 0 };
        for (const { asked, share, settlesAtOnce } of calls) {
          if (decideSpending({ limitMicroUsd, warnMicroUsd: null }, spent, asked).kind === "over") continue;
          spent = settlesAtOnce ? spend(spent, Math.round(asked * share), 0) : spend(spent, 0, asked);
          expect(spent.settledMicroUsd + spent.reservedMicroUsd).toBeLessThanOrEqual(limitMicroUsd);
        }
        spentAtMost.push(spent.settledMicroUsd + spent.reservedMicroUsd);
      },
    ),
  );

  expect(Math.max(...spentAtMost)).toBeGreaterThan(0);
});

function spend(spent: Spending, settled: number, reserved: number): Spending {
  return {
    settledMicroUsd: spent.settledMicroUsd + settled,
    reservedMicroUsd: spent.reservedMicroUsd + reserved,
  };
}

test("what a call is short of the cap is exactly what is missing", () => {
  const anyMoney = fc.integer({ min: 0, max: 10 ** 9 });
  fc.assert(
    fc.property(anyMoney, anyMoney, anyMoney, anyMoney, (limit, settledMicroUsd, reservedMicroUsd, asked) => {
      const spent = { settledMicroUsd, reservedMicroUsd };
      const decision = decideSpending({ limitMicroUsd: limit, warnMicroUsd: null }, spent, asked);
      const missing = decision.kind === "over" ? decision.missingMicroUsd : 0;

      expect(missing).toBe(Math.max(0, settledMicroUsd + reservedMicroUsd + asked - limit));
      expect(decision.kind).toBe(missing > 0 ? "over" : "allowed");
    }),
  );
});

test.each([
  [0.1 + 0.2, 300_000, "$0.30"],
  [10, 10_000_000, "$10.00"],
  [1.005, 1_005_000, "$1.00"],
  [0, 0, "$0.00"],
])("%s dollars are %s micro-dollars and read %s", (usd, microUsd, text) => {
  expect([toMicroUsd(usd), renderUsd(microUsd)]).toEqual([microUsd, text]);
});
