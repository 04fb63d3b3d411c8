import { describe, expect, test } from "vitest";
import { type Budget, type Budgets, noBudget, type Purse, runBudget } from "../../domain/money/budget.ts";
import { makeId } from "../../domain/ids.ts";
import { settleUsage } from "../../domain/money/usage.ts";
import type { Database } from "../../ports/database.ts";
import { sampleRun, sampleTime } from "../samples.ts";
import { sampleSettled } from "../usage-samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";
import { callOf, over } from "./usage-calls.ts";

const settled = sampleSettled();

/** Caps and warnings of a run, of its project and of the project's day. */
export function describeUsageCaps(database: () => Database): void {
  describe("caps", () => {
    const capped = (purse: Purse): Budgets =>
      budgetsOf({ [purse]: { limitMicroUsd: 1_000, warnMicroUsd: null } });

    test.each(["project", "day"] as const)("of the %s count every run of the project", async (purse) => {
      const { usage } = database();
      const [one, two] = await insertTwoRuns(database());
      await usage.reserve(callOf(one, "a", 700), capped(purse));

      expect(await usage.reserve(callOf(two, "b", 400), capped(purse))).toEqual(over(100, purse));
      expect(await usage.reserve(callOf(two, "c", 300), capped(purse))).toMatchObject({ kind: "fresh" });
    });

    test.each(["project", "day"] as const)(
      "of the %s are never exceeded by runs that reserve at once",
      async (purse) => {
        const { usage } = database();
        const families = await insertTwoRuns(database());

        const answers = await Promise.all(
          families.flatMap((family) =>
            Array.from({ length: 10 }, (_, index) =>
              usage.reserve(callOf(family, `c${index}`, 100), capped(purse)),
            ),
          ),
        );

        expect(answers.filter((answer) => answer.kind === "fresh")).toHaveLength(10);
      },
    );

    test("of the day end with it, in UTC", async () => {
      const { usage } = database();
      const [one, two] = await insertTwoRuns(database());
      const late = { ...callOf(one, "a", 1_000), createdAt: new Date("2026-01-01T23:59:59.999Z") };
      const early = { ...callOf(two, "b", 1_000), createdAt: new Date("2026-01-02T00:00:00.000Z") };
      await usage.reserve(late, capped("day"));

      expect(await usage.reserve({ ...early, createdAt: late.createdAt }, capped("day"))).toEqual(
        over(1_000, "day"),
      );
      expect(await usage.reserve(early, capped("day"))).toMatchObject({ kind: "fresh" });
    });

    test("of another project are not touched", async () => {
      const { usage } = database();
      const [one, two] = [await insertFamily(database()), await insertFamily(database())];
      await usage.reserve(callOf(one, "a", 1_000), capped("project"));

      expect(await usage.reserve(callOf(two, "a", 1_000), capped("project"))).toMatchObject({
        kind: "fresh",
      });
    });

    test("of a run's tokens count what was used, and the most there can be where nobody knows", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const tokens = { ...runBudget(noBudget), runTokens: 1_000 };
      const [known, unknown, lost] = ["a", "b", "c"].map((name) => callOf(family, name, 1, 300));
      for (const call of [known, unknown, lost]) if (call !== undefined) await usage.reserve(call, tokens);
      await usage.settle(known?.key ?? "", settled);
      await usage.settle(unknown?.key ?? "", settleUsage(null, null, 1));
      await usage.markUndelivered(lost?.key ?? "", "gone");

      expect(await usage.reserve(callOf(family, "d", 1, 281), tokens)).toEqual({
        kind: "over_budget",
        cap: "run_tokens",
        missingMicroUsd: 0,
        missingTokens: 1,
      });
      expect(await usage.reserve(callOf(family, "e", 1, 280), tokens)).toMatchObject({ kind: "fresh" });
    });
  });

  describe("warnings", () => {
    const watched: Budget = { limitMicroUsd: null, warnMicroUsd: 500 };
    const warned = budgetsOf({ run: watched, project: watched, day: watched });

    test("are given to the first call that passes them, and to it again when it asks again", async () => {
      const { usage } = database();
      const [one, two] = await insertTwoRuns(database());
      const answers = [];
      for (const [family, name, microUsd] of [
        [one, "a", 500],
        [one, "b", 1],
        [one, "b", 1],
        [one, "c", 100],
        [two, "d", 400],
        [two, "e", 101],
      ] as const)
        answers.push(await usage.reserve(callOf(family, name, microUsd), warned));

      const first = [501, 501, 501].map((totalMicroUsd, index) => ({
        purse: (["run", "project", "day"] as const)[index],
        totalMicroUsd,
      }));
      expect(answers.map((answer) => ("warnings" in answer ? answer.warnings : null))).toEqual([
        [],
        first,
        first,
        [],
        [],
        [{ purse: "run", totalMicroUsd: 501 }],
      ]);
    });

    test("are given once by many who reserve at once", async () => {
      const { usage } = database();
      const family = await insertFamily(database());

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => usage.reserve(callOf(family, `c${index}`, 100), warned)),
      );

      const told = answers.flatMap((answer) => (answer.kind === "fresh" ? answer.warnings : []));
      expect(told.map(({ purse }) => purse).toSorted()).toEqual(["day", "project", "run"]);
    });

    test("of a call that was let go are not given to another one", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const call = callOf(family, "a", 600);
      await usage.reserve(call, warned);
      await usage.settle(call.key, { status: "released" });

      expect(await usage.reserve(callOf(family, "b", 700), warned)).toMatchObject({ warnings: [] });
    });

    test("of a day are given again on another day", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      await usage.reserve(callOf(family, "a", 600), warned);
      const nextDay = { ...callOf(family, "b", 600), createdAt: sampleTime(24 * 60) };

      expect(await usage.reserve(nextDay, warned)).toMatchObject({
        warnings: [{ purse: "day", totalMicroUsd: 600 }],
      });
    });
  });
}

/** Two runs of one project. */
async function insertTwoRuns(database: Database): Promise<readonly [SampleFamily, SampleFamily]> {
  const family = await insertFamily(database);
  const run = sampleRun({ id: makeId("run", `${family.unique}b`), projectId: family.run.projectId });
  await database.runs.insert(run);
  return [family, { ...family, run }];
}

function budgetsOf(capped: Partial<Budgets["purses"]>): Budgets {
  return { purses: { run: noBudget, project: noBudget, day: noBudget, ...capped }, runTokens: null };
}
