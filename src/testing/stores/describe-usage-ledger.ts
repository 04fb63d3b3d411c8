import { describe, expect, test } from "vitest";
import { runBudget } from "../../domain/money/budget.ts";
import { isAasError } from "../../domain/errors.ts";
import { makeId } from "../../domain/ids.ts";
import { furtherKey, lostKey, type Settlement, settleUsage } from "../../domain/money/usage.ts";
import type { Database } from "../../ports/database.ts";
import { sampleTime } from "../samples.ts";
import { sampleSettled, sampleUsage } from "../usage-samples.ts";
import { insertFamily } from "./sample-family.ts";
import { callOf, over } from "./usage-calls.ts";

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

      expect(answers.filter((answer) => answer.kind === "fresh")).toHaveLength(10);
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

    test("the same key twice holds nothing back twice, and says that it is held or settled", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const first = await usage.reserve(callOf(family, "a", 400), budget);
      await usage.reserve(callOf(family, "b", 400), budget);

      const again = await usage.reserve(callOf(family, "a", 400), budget);

      expect(first).toEqual({ kind: "fresh", warnings: [] });
      expect(again).toEqual({ kind: "held", warnings: [] });
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 800 });
      await usage.settle(callOf(family, "a", 400).key, settled);
      expect(await usage.reserve(callOf(family, "a", 400), budget)).toEqual({ kind: "settled" });
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 250, reservedMicroUsd: 400 });
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

    test("many calls are settled in one go, each of them once", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const calls = ["a", "b", "c"].map((name) => callOf(family, name, 300));
      for (const call of calls) await usage.reserve(call, budget);
      const [a, b, c] = calls.map(({ key }) => key);
      const estimate = settleUsage(null, null, 300);

      await usage.settleAll(
        new Map<string, Settlement>([
          [a ?? "", settled],
          [b ?? "", { status: "released" }],
          ["of nobody", settled],
        ]),
      );
      await usage.settleAll(
        new Map([
          [a ?? "", { ...settled, microUsd: 9 }],
          [c ?? "", estimate],
        ]),
      );
      await usage.settleAll(new Map());

      const states = [settled, { status: "released" }, estimate];
      expect(await usage.listOfRun(family.run.id)).toEqual(
        calls.map((call, index) => ({ ...call, state: states[index] })),
      );
    });

    test("calls are found by their keys", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const calls = ["a", "b", "c"].map((name) => callOf(family, name, 300));
      for (const call of calls) await usage.reserve(call, budget);

      const found = await usage.listOf([calls[2]?.key ?? "", calls[0]?.key ?? "", "of nobody"]);

      expect(found.toSorted((one, other) => one.key.localeCompare(other.key))).toEqual([calls[0], calls[2]]);
      expect(await usage.listOf([])).toEqual([]);
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
      expect(await usage.reserve(call, raised)).toMatchObject({ kind: "fresh" });
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 1_300 });
    });

    test("each run has a purse of its own", async () => {
      const { usage } = database();
      const [one, two] = [await insertFamily(database()), await insertFamily(database())];
      await usage.reserve(callOf(one, "a", 1_000), budget);

      expect(await usage.reserve(callOf(two, "a", 1_000), budget)).toMatchObject({ kind: "fresh" });
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

    test("many calls whose answers never came stay held back, but for those that were settled", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const calls = ["a", "b", "c"].map((name) => callOf(family, name, 100));
      for (const call of calls) await usage.reserve(call, budget);
      const keys = calls.map(({ key }) => key);
      await usage.settle(keys[1] ?? "", settled);

      await usage.markAllUndelivered(keys, "no word");
      await usage.markAllUndelivered([], "nobody's");

      const lost = { status: "undelivered", microUsd: 100, tokens: 0, reason: "no word" };
      const states = [lost, settled, lost];
      expect(await usage.listOfRun(family.run.id)).toEqual(
        calls.map((call, index) => ({ ...call, state: states[index] })),
      );
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
