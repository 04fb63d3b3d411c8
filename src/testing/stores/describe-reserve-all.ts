import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Budgets } from "../../domain/money/budget.ts";
import type { Database } from "../../ports/database.ts";
import type { Reservation, ReservedUsage, UsageLedger } from "../../ports/usage-ledger.ts";
import { sampleSettled } from "../usage-samples.ts";
import { insertFamily } from "./sample-family.ts";
import { callOf, over } from "./usage-calls.ts";

const open = { limitMicroUsd: null, warnMicroUsd: null };

/** Many reservations in one go: the same as one after the other. */
export function describeReserveAll(database: () => Database): void {
  describe("reservations in one go", () => {
    test("are the same as one by one: answers, rows and what is held back", async () => {
      await fc.assert(
        fc.asyncProperty(anyStory(), async (story) => {
          const oneByOne = await tell(database(), story, reserveOneByOne);
          const inOneGo = await tell(database(), story, (usage, calls, budgets) =>
            usage.reserveAll(calls, budgets),
          );

          expect(inOneGo).toEqual(oneByOne);
        }),
        { numRuns: 40 },
      );
    });

    test("of two who reserve at once never go past the cap together", async () => {
      const { usage } = database();
      const family = await insertFamily(database());
      const capped = budgetsOf({ limit: 1_000, warn: null, tokens: null });
      const callsOf = (who: string): readonly ReservedUsage[] =>
        Array.from({ length: 8 }, (_, index) => callOf(family, `${who}${index}`, 100));

      const answers = await Promise.all(["a", "b"].map((who) => usage.reserveAll(callsOf(who), capped)));

      const reserved = answers.flat().filter(({ kind }) => kind === "fresh");
      expect(reserved).toHaveLength(10);
      expect(answers.flat().filter(({ kind }) => kind === "over_budget")).toEqual([over(100)]);
      expect(await usage.spendingOf(family.run.id)).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 1_000 });
    });

    test("that are paid from different purses are refused, and none of them is made", async () => {
      const { usage } = database();
      const [one, two] = [await insertFamily(database()), await insertFamily(database())];
      const unlimited = budgetsOf({ limit: null, warn: null, tokens: null });

      await expect(usage.reserveAll([callOf(one, "a", 1), callOf(two, "b", 1)], unlimited)).rejects.toThrow(
        TypeError,
      );

      expect(await usage.listOfRun(one.run.id)).toEqual([]);
      expect(await usage.reserveAll([], unlimited)).toEqual([]);
    });
  });
}

interface Caps {
  readonly limit: number | null;
  readonly warn: number | null;
  readonly tokens: number | null;
}

interface Story {
  readonly caps: Caps;
  /** What stands in the ledger already, and what became of it. */
  readonly before: readonly {
    readonly name: number;
    readonly end: "settled" | "released" | "lost" | "open";
  }[];
  readonly calls: readonly {
    readonly name: number;
    readonly microUsd: number;
    readonly tokens: number;
  }[];
}

function anyStory(): fc.Arbitrary<Story> {
  const name = fc.nat(9);
  const amount = fc.option(fc.integer({ min: 100, max: 2_500 }));
  return fc.record({
    caps: fc.record({ limit: amount, warn: amount, tokens: amount }),
    before: fc.uniqueArray(fc.record({ name, end: fc.constantFrom("settled", "released", "lost", "open") }), {
      maxLength: 5,
      selector: (each) => each.name,
    }),
    calls: fc.array(fc.record({ name, microUsd: fc.nat(400), tokens: fc.nat(400) }), { maxLength: 12 }),
  });
}

function budgetsOf({ limit, warn, tokens }: Caps): Budgets {
  return {
    purses: {
      run: { limitMicroUsd: limit, warnMicroUsd: warn },
      project: { limitMicroUsd: null, warnMicroUsd: warn },
      day: open,
    },
    runTokens: tokens,
  };
}

type Reserve = (
  usage: UsageLedger,
  calls: readonly ReservedUsage[],
  budgets: Budgets,
) => Promise<readonly Reservation[]>;

async function reserveOneByOne(
  usage: UsageLedger,
  calls: readonly ReservedUsage[],
  budgets: Budgets,
): Promise<readonly Reservation[]> {
  const reservations: Reservation[] = [];
  for (const call of calls) {
    const reservation = await usage.reserve(call, budgets);
    reservations.push(reservation);
    if (reservation.kind === "over_budget") break;
  }
  return reservations;
}

/** What comes of a story in a run of its own, in words that name no run. */
async function tell(db: Database, { caps, before, calls }: Story, reserve: Reserve): Promise<object> {
  const { usage } = db;
  const family = await insertFamily(db);
  const named = (name: number, microUsd: number, tokens: number): ReservedUsage =>
    callOf(family, String(name), microUsd, tokens);
  for (const { name, end } of before) {
    const { key } = named(name, 150, 90);
    await usage.reserve(named(name, 150, 90), budgetsOf({ limit: null, warn: null, tokens: null }));
    if (end === "settled") await usage.settle(key, sampleSettled());
    if (end === "released") await usage.settle(key, { status: "released" });
    if (end === "lost") await usage.markUndelivered(key, "no word");
  }
  const reservations = await reserve(
    usage,
    calls.map(({ name, microUsd, tokens }) => named(name, microUsd, tokens)),
    budgetsOf(caps),
  );
  const rows = (await usage.listOfRun(family.run.id)).map(({ key, state }) => ({
    name: key.slice(family.run.id.length),
    state,
  }));
  return { reservations, rows, spending: await usage.spendingOf(family.run.id) };
}
