import { describe, expect, test } from "vitest";
import { type Budget, type Budgets, noBudget, type Purse, runBudget } from "../../domain/budget.ts";
import { isAasError } from "../../domain/errors.ts";
import { makeId } from "../../domain/ids.ts";
import { furtherKey, lostKey, settleUsage } from "../../domain/usage.ts";
import type { Database } from "../../ports/database.ts";
import type { ReservedUsage } from "../../ports/usage-ledger.ts";
import { sampleRun, sampleSettled, sampleTime, sampleUsage } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

const budget = runBudget({ limitMicroUsd: 1_000, warnMicroUsd: 500 });
const settled = sampleSettled();

export function describeUsageLedger(database: () => Database): void {
  describe("usage", () => {
    test("the cap is never exceeded by twenty who reserve at once", async () => {
      const { usage } = database();
      const family = await insertFamily(database());

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => usage.reserve(callOf(family, `c${index}`, 100), budget)),
      );

      expect(answers.filter((answer) => answer.kind === "reserved")).toHaveLength(10);
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 1_000 });
    });

    test("a refusal says what is missing and holds nothing back", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      await usage.reserve(callOf(family, "a", 900), budget);

      const answer = await usage.reserve(callOf(family, "b", 250), budget);

      expect(answer).toEqual(over(150));
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 900 });
    });

    test("the same key twice answers as before and holds nothing back twice", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const first = await usage.reserve(callOf(family, "a", 400), budget);
      await usage.reserve(callOf(family, "b", 400), budget);

      const again = await usage.reserve(callOf(family, "a", 400), budget);

      expect(first).toEqual({ kind: "reserved", warnings: [], isRepeated: false });
      expect(again).toEqual({ ...first, isRepeated: true });
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 800 });
    });

    test("a call is settled once", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const call = callOf(family, "a", 600);
      await usage.reserve(call, budget);

      await usage.settle(call.key, settled);
      await usage.settle(call.key, { ...settled, microUsd: 9 });
      await usage.settle(call.key, { status: "released" });

      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 250, reservedMicroUsd: 0 });
      expect(await usage.listOfRun(family.run.id)).toEqual([{ ...call, state: settled }]);
    });

    test("a released call holds nothing back, and reserving it again is decided anew", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const call = callOf(family, "a", 600);
      await usage.reserve(call, budget);
      await usage.settle(call.key, { status: "released" });
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 0 });
      await usage.reserve(callOf(family, "b", 700), budget);

      expect(await usage.reserve(call, budget)).toEqual(over(300));
      const raised = runBudget({ limitMicroUsd: 2_000, warnMicroUsd: null });
      expect(await usage.reserve(call, raised)).toMatchObject({ kind: "reserved", isRepeated: false });
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 1_300 });
    });

    test("each run has a purse of its own", async () => {
      const { usage } = database();
      const [one, two] = [await insertFamily(database()), await insertFamily(database())];
      await usage.reserve(callOf(one, "a", 1_000), budget);

      expect(await usage.reserve(callOf(two, "a", 1_000), budget)).toMatchObject({ kind: "reserved" });
    });

    test("calls are listed oldest first", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const later = { ...callOf(family, "a", 10), createdAt: sampleTime(9) };
      const earlier = callOf(family, "b", 10);
      await usage.reserve(later, budget);
      await usage.reserve(earlier, budget);

      expect(await usage.listOfRun(family.run.id)).toEqual([earlier, later]);
    });

    test("nothing is reserved for a run that does not exist", async () => {
      const call = sampleUsage({ key: "nobody", runId: makeId("run", "nobody") });

      await expect(database().usage.reserve(call, budget)).rejects.toSatisfy((error) =>
        isAasError(error, "not_found"),
      );
    });

    test("a settled call says what it was charged for, to the token and the rate", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const call = { ...callOf(family, "a", 600, 5_000), tier: "batch" } as const;
      const state = sampleSettled({
        microUsd: 125,
        standardMicroUsd: 250,
        cacheReadTokens: 60,
        cacheWriteTokens: 7,
        answeredBy: "gpt-5-2026-01-01",
      });
      await usage.reserve(call, budget);
      expect(await usage.find(call.key)).toEqual(call);

      await usage.settle(call.key, state);

      expect(await usage.find(call.key)).toEqual({ ...call, state });
      expect(await usage.find(`${call.key}:none`)).toBeNull();
    });

    test("an estimate has no rates", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const call = callOf(family, "a", 600);
      const state = settleUsage(null, null, 600);
      await usage.reserve(call, budget);

      await usage.settle(call.key, state);

      expect(await usage.find(call.key)).toEqual({ ...call, state });
    });

    describe("a call whose answer never came", () => {
      test("stays held back and listed with its reason", async () => {
        const { usage } = database();
        const family = await insertFamily(database());
        const call = callOf(family, "a", 600, 50);
        await usage.reserve(call, budget);

        await usage.markUndelivered(call.key, "no word in 60 s");

        expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 600 });
        const state = { status: "undelivered", microUsd: 600, tokens: 50, reason: "no word in 60 s" };
        expect(await usage.listOfRun(family.run.id)).toEqual([{ ...call, state }]);
      });

      test("and is asked for again, is held back for twice", async () => {
        const { usage } = database();
        const family = await insertFamily(database());
        const call = callOf(family, "a", 400);
        for (const reason of ["first", "second"]) {
          await usage.reserve(call, budget);
          await usage.markUndelivered(call.key, reason);
        }

        expect(await usage.reserve(call, budget)).toEqual(over(200));
        expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 800 });
        const listed = (await usage.listOfRun(family.run.id)).map(({ key, state }) => [key, state.status]);
        expect(listed).toEqual([
          [call.key, "undelivered"],
          [lostKey(call.key, 1), "undelivered"],
        ]);
      });

      test("is settled when it comes after all", async () => {
        const { usage } = database();
        const family = await insertFamily(database());
        const call = callOf(family, "a", 600);
        await usage.reserve(call, budget);
        await usage.markUndelivered(call.key, "late");

        await usage.settle(call.key, settled);
        await usage.markUndelivered(call.key, "too late");

        expect(await usage.listOfRun(family.run.id)).toEqual([{ ...call, state: settled }]);
      });
    });

    test("a request that is billed twice is charged twice, however often that is written", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const call = callOf(family, "a", 600);
      const again = { ...call, key: furtherKey(call.key, 2), state: settled };
      await usage.reserve(call, budget);
      await usage.settle(call.key, settled);

      await usage.insertCharge(again);
      await usage.insertCharge(again);

      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 500, reservedMicroUsd: 0 });
      expect(await usage.listOfRun(family.run.id)).toEqual([{ ...call, state: settled }, again]);
    });

    describe("caps", () => {
      const capped = (purse: Purse): Budgets =>
        budgetsOf({ [purse]: { limitMicroUsd: 1_000, warnMicroUsd: null } });

      test.each(["project", "day"] as const)("of the %s count every run of the project", async (purse) => {
        const { usage } = database();
        const [one, two] = await insertTwoRuns(database());
        await usage.reserve(callOf(one, "a", 700), capped(purse));

        expect(await usage.reserve(callOf(two, "b", 400), capped(purse))).toEqual(over(100, purse));
        expect(await usage.reserve(callOf(two, "c", 300), capped(purse))).toMatchObject({ kind: "reserved" });
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

          expect(answers.filter((answer) => answer.kind === "reserved")).toHaveLength(10);
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
        expect(await usage.reserve(early, capped("day"))).toMatchObject({ kind: "reserved" });
      });

      test("of another project are not touched", async () => {
        const { usage } = database();
        const [one, two] = [await insertFamily(database()), await insertFamily(database())];
        await usage.reserve(callOf(one, "a", 1_000), capped("project"));

        expect(await usage.reserve(callOf(two, "a", 1_000), capped("project"))).toMatchObject({
          kind: "reserved",
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
        expect(await usage.reserve(callOf(family, "e", 1, 280), tokens)).toMatchObject({ kind: "reserved" });
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
        expect(answers.map((answer) => (answer.kind === "reserved" ? answer.warnings : null))).toEqual([
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

        const told = answers.flatMap((answer) => (answer.kind === "reserved" ? answer.warnings : []));
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

    test("the first reply to a call stays", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const key = `${family.unique}:reply`;
      expect(await usage.findReply(key)).toBeNull();

      await usage.insertReply(key, family.run.id, "first");
      await usage.insertReply(key, family.run.id, "second");

      expect(await usage.findReply(key)).toBe("first");
    });
  });
}

function callOf(family: SampleFamily, name: string, microUsd: number, tokens = 0): ReservedUsage {
  return sampleUsage({
    key: `${family.run.id}:${name}`,
    runId: family.run.id,
    state: { status: "reserved", microUsd, tokens },
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

function over(missingMicroUsd: number, cap: Purse = "run"): object {
  return { kind: "over_budget", cap, missingMicroUsd, missingTokens: 0 };
}
