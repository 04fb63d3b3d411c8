import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Budget,
  type Budgets,
  decideSpending,
  explainOverBudget,
  isCapped,
  noBudget,
  purses,
  renderMicroUsd,
  renderUsd,
  runBudget,
  type Spending,
  type Spent,
  toMicroUsd,
  totalSpent,
  withReserved,
} from "./budget.ts";

const nothing: Spending = { settledMicroUsd: 0, reservedMicroUsd: 0 };
const budget: Budget = { limitMicroUsd: 1_000, warnMicroUsd: 600 };

function spentOf(run: Spending, others: Partial<Spent["purses"]> = {}, runTokens = 0): Spent {
  return { purses: { run, project: nothing, day: nothing, ...others }, runTokens };
}

function over(
  missingMicroUsd: number,
  cap: "run" | "project" | "day" = "run",
): ReturnType<typeof decideSpending> {
  return { kind: "over_budget", cap, missingMicroUsd, missingTokens: 0 };
}

test.each<[Spending, number, ReturnType<typeof decideSpending>]>([
  [nothing, 600, { kind: "allowed", pastWarning: [] }],
  [nothing, 601, { kind: "allowed", pastWarning: ["run"] }],
  [{ settledMicroUsd: 400, reservedMicroUsd: 500 }, 100, { kind: "allowed", pastWarning: ["run"] }],
  [{ settledMicroUsd: 400, reservedMicroUsd: 500 }, 101, over(1)],
  [{ settledMicroUsd: 1_200, reservedMicroUsd: 0 }, 0, over(200)],
])("with %j spent, a call of %s is %j", (spent, microUsd, expected) => {
  expect(decideSpending(runBudget(budget), spentOf(spent), { microUsd, tokens: 0 })).toEqual(expected);
});

describe("each purse has its own cap and warning", () => {
  test.each(purses)("the one of the %s", (purse) => {
    const budgets: Budgets = {
      purses: { run: noBudget, project: noBudget, day: noBudget, [purse]: budget },
      runTokens: null,
    };
    const spent = spentOf(nothing, { [purse]: { settledMicroUsd: 500, reservedMicroUsd: 200 } });

    expect(decideSpending(budgets, spent, { microUsd: 300, tokens: 0 })).toEqual({
      kind: "allowed",
      pastWarning: [purse],
    });
    expect(decideSpending(budgets, spent, { microUsd: 301, tokens: 0 })).toEqual(over(1, purse));
  });

  test("and so have a run's tokens", () => {
    const budgets = { ...runBudget(noBudget), runTokens: 10_000 };

    expect(decideSpending(budgets, spentOf(nothing, {}, 9_000), { microUsd: 1, tokens: 1_000 }).kind).toBe(
      "allowed",
    );
    expect(decideSpending(budgets, spentOf(nothing, {}, 9_000), { microUsd: 1, tokens: 1_001 })).toEqual({
      kind: "over_budget",
      cap: "run_tokens",
      missingMicroUsd: 0,
      missingTokens: 1,
    });
  });
});

test("without caps and warnings nothing is past them", () => {
  const spent = spentOf({ settledMicroUsd: 10 ** 12, reservedMicroUsd: 0 }, {}, 10 ** 12);

  expect(decideSpending(runBudget(noBudget), spent, { microUsd: 100, tokens: 100 })).toEqual({
    kind: "allowed",
    pastWarning: [],
  });
});

test("a cost, a size or a cap that is not a number allows nothing", () => {
  const spent = spentOf(nothing);
  const notANumber = { ...budget, limitMicroUsd: Number.NaN };

  expect(decideSpending(runBudget(budget), spent, { microUsd: Number.NaN, tokens: 0 }).kind).toBe(
    "over_budget",
  );
  expect(decideSpending(runBudget(notANumber), spent, { microUsd: 1, tokens: 0 }).kind).toBe("over_budget");
  const tokens = { ...runBudget(noBudget), runTokens: 5 };
  expect(decideSpending(tokens, spent, { microUsd: 1, tokens: Number.NaN }).kind).toBe("over_budget");
});

test("whatever is asked and whatever calls turn out to cost, no cap is ever passed", () => {
  const anyCall = fc.record({
    asked: fc.integer({ min: 0, max: 500_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    settlesAtOnce: fc.boolean(),
  });
  const anyCap = fc.option(fc.integer({ min: 0, max: 2_000_000 }));
  const spentAtMost: number[] = [];
  fc.assert(
    fc.property(
      fc.record({ run: anyCap, project: anyCap, day: anyCap }),
      fc.array(anyCall, { maxLength: 40 }),
      (caps, calls) => {
        const budgetOf = (purse: (typeof purses)[number]): Budget => ({
          limitMicroUsd: caps[purse],
          warnMicroUsd: null,
        });
        const budgets: Budgets = {
          purses: { run: budgetOf("run"), project: budgetOf("project"), day: budgetOf("day") },
          runTokens: null,
        };
        let spent = nothing;
        for (const { asked, share, settlesAtOnce } of calls) {
          const all = spentOf(spent, { project: spent, day: spent });
          if (decideSpending(budgets, all, { microUsd: asked, tokens: 0 }).kind === "over_budget") continue;
          spent = settlesAtOnce ? spend(spent, Math.round(asked * share), 0) : spend(spent, 0, asked);
          const least = Math.min(...purses.map((purse) => caps[purse] ?? Infinity));
          expect(spent.settledMicroUsd + spent.reservedMicroUsd).toBeLessThanOrEqual(least);
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
      const spent = spentOf({ settledMicroUsd, reservedMicroUsd });
      const budgets = runBudget({ limitMicroUsd: limit, warnMicroUsd: null });
      const decision = decideSpending(budgets, spent, { microUsd: asked, tokens: 0 });
      const missing = decision.kind === "over_budget" ? decision.missingMicroUsd : 0;

      expect(missing).toBe(Math.max(0, settledMicroUsd + reservedMicroUsd + asked - limit));
      expect(decision.kind).toBe(missing > 0 ? "over_budget" : "allowed");
    }),
  );
});

test.each([
  ["run", "The next call could go $0.25 past the cap."],
  ["project", "The next call could go $0.25 past the cap of the project (budget.perProjectUsd)."],
  [
    "day",
    "The next call could go $0.25 past the cap of the day (budget.perDayUsd), which ends at 00:00 UTC.",
  ],
  ["run_tokens", "The next call could go 7 tokens past the cap of the run (budget.perRunTokens)."],
] as const)("a call past the cap of the %s says which setting holds it", (cap, text) => {
  expect(explainOverBudget({ kind: "over_budget", cap, missingMicroUsd: 250_000, missingTokens: 7 })).toBe(
    text,
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

test.each<[Budget, boolean]>([
  [noBudget, false],
  [{ ...noBudget, limitMicroUsd: 0 }, true],
  [{ ...noBudget, warnMicroUsd: 1 }, true],
])("%j caps or warns: %s", (given, expected) => {
  expect(isCapped(given)).toBe(expected);
});

test("a call is held back in every purse and counts for the run's tokens, and settles nothing", () => {
  const run = { settledMicroUsd: 5, reservedMicroUsd: 1 };
  const spent = spentOf(run, { day: { settledMicroUsd: 9, reservedMicroUsd: 0 } }, 40);

  expect(withReserved(spent, { microUsd: 10, tokens: 2 })).toEqual({
    purses: {
      run: { settledMicroUsd: 5, reservedMicroUsd: 11 },
      project: { settledMicroUsd: 0, reservedMicroUsd: 10 },
      day: { settledMicroUsd: 9, reservedMicroUsd: 10 },
    },
    runTokens: 42,
  });
});

test("calls that were reserved one after the other fit under the cap together", () => {
  const anyMoney = fc.integer({ min: 0, max: 2_000 });
  fc.assert(
    fc.property(fc.array(anyMoney, { maxLength: 20 }), (asked) => {
      const calls = asked.map((microUsd) => ({ microUsd, tokens: 1 }));
      const spent = calls.reduce(
        (before, call) =>
          decideSpending(runBudget(budget), before, call).kind === "allowed"
            ? withReserved(before, call)
            : before,
        spentOf(nothing),
      );

      expect(totalSpent(spent.purses.run)).toBeLessThanOrEqual(1_000);
      expect(spent.runTokens > 0).toBe(asked.some((microUsd) => microUsd <= 1_000));
    }),
  );
});

test("what costs less than a cent is told to the micro-dollar", () => {
  expect([0, 7, 1_234_567].map(renderMicroUsd)).toEqual(["$0.000000", "$0.000007", "$1.234567"]);
});
