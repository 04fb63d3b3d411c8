import { describe, expect, test } from "vitest";
import type { Budget } from "../../domain/budget.ts";
import { isAasError } from "../../domain/errors.ts";
import { makeId } from "../../domain/ids.ts";
import type { UsageState } from "../../domain/usage.ts";
import type { Database } from "../../ports/database.ts";
import { type ReservedUsage, sampleTime, sampleUsage } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

const budget: Budget = { limitMicroUsd: 1_000, warnMicroUsd: 500 };
const settled: Extract<UsageState, { status: "settled" }> = {
  status: "settled",
  microUsd: 250,
  inputTokens: 100,
  outputTokens: 20,
  isEstimated: false,
};

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

      expect(answer).toEqual({ kind: "over_budget", missingMicroUsd: 150 });
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 900 });
    });

    test("the same key twice answers as before and holds nothing back twice", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const first = await usage.reserve(callOf(family, "a", 400), budget);
      await usage.reserve(callOf(family, "b", 400), budget);

      const again = await usage.reserve(callOf(family, "a", 400), budget);

      expect(first).toEqual({ kind: "reserved", isPastWarning: false });
      expect(again).toEqual(first);
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 800 });
    });

    test("a call is settled once", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const call = callOf(family, "a", 600);
      expect(await usage.reserve(call, budget)).toEqual({ kind: "reserved", isPastWarning: true });

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

      expect(await usage.reserve(call, budget)).toEqual({ kind: "over_budget", missingMicroUsd: 300 });
      expect(await usage.reserve(call, { ...budget, limitMicroUsd: 2_000 })).toMatchObject({
        kind: "reserved",
      });
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

function callOf(family: SampleFamily, name: string, microUsd: number): ReservedUsage {
  return sampleUsage({
    key: `${family.unique}:${name}`,
    runId: family.run.id,
    state: { status: "reserved", microUsd },
  });
}
