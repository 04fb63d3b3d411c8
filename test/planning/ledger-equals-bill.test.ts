import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Batch } from "../../src/domain/batch.ts";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import type { Driven } from "../../src/pipeline/batching/drive-requests.ts";
import { type AskingLab, openAskingLab } from "../../src/testing/asking-lab.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";
import { faultyNight } from "./faulty-night.ts";
import { type FaultyLine, pickFaultyLines } from "./faulty-lines.ts";
import { openOwnFaultServer } from "./own-fault-server.ts";
import { openPlanningClients } from "./planning-clients.ts";
import { billedCharges, bookedCharges, sumOf, uncovered } from "./settled-accounts.ts";

const seed = 20_261_120;
const callMs = 20_000;

/** Which tasks each provider is asked about: 250 of them. */
const shares: Readonly<Record<Vendor, { readonly first: number; readonly count: number }>> = {
  openai: { first: 1, count: 84 },
  anthropic: { first: 85, count: 83 },
  gemini: { first: 168, count: 83 },
};

const numbersOf = (vendor: Vendor): readonly number[] =>
  Array.from({ length: shares[vendor].count }, (_, index) => shares[vendor].first + index);

/** The requests of a vendor's tasks when they are asked about for the n-th time. */
function requestsOf(vendor: Vendor, times: number): readonly string[] {
  return numbersOf(vendor).map((number) => `aas_${makeId("tsk", String(number))}_1_${times}`);
}

function faultyLinesOf(vendor: Vendor): readonly FaultyLine[] {
  return [1, 2, 3].flatMap((times) => pickFaultyLines(seed, vendor, requestsOf(vendor, times)));
}

function openLab(vendor: Vendor, clock: Parameters<typeof openAskingLab>[0]["clock"]): Promise<AskingLab> {
  return openAskingLab({
    clock,
    tasks: numbersOf(vendor).map((number) => ({
      id: makeId("tsk", String(number)),
      key: toTaskKey(`AAS-${number}`),
    })),
    policy: { batchLimitMs: 2 * 3_600_000, budgetLimitMicroUsd: 50_000_000, budgetWarnMicroUsd: null },
  });
}

/** The faults that hit a line which a provider had worked on to the end. */
function faultsMet(batches: readonly Batch[], lines: readonly FaultyLine[]): readonly string[] {
  const worked = batches.filter(({ state }) => state.status === "completed").flatMap(({ items }) => items);
  const asked = new Set(worked.map(({ customId }) => customId));
  const names = lines.filter(({ customId }) => asked.has(customId)).map(({ name }) => name);
  return [...new Set(names)].toSorted();
}

interface Fate {
  readonly task: string;
  readonly fate: string;
}

/** Tasks that say of themselves how they ended and of which the store does not hold it. */
async function unaccounted({ db, run }: AskingLab, driven: Driven): Promise<readonly Fate[]> {
  if (driven.kind !== "settled") return [{ task: "all", fate: driven.kind }];
  const analyses = new Set((await db.batches.listAnalyses(run.id)).map(({ taskKey }) => taskKey));
  const outcomes = await db.batches.listOutcomes(run.id);
  return driven.requests.flatMap(({ task, step }) => {
    const fate = step.kind === "given_up" ? step.status : step.kind;
    const statuses = outcomes.filter(({ taskKey }) => taskKey === task.key).map(({ status }) => status);
    const isKept =
      step.kind === "answered"
        ? analyses.has(task.key) && statuses.includes("ok")
        : step.kind === "given_up" && statuses.includes(step.status);
    return isKept ? [] : [{ task: task.key, fate }];
  });
}

describe.each(["openai", "anthropic", "gemini"] as const)("a bad night at %s", (vendor) => {
  test("ends with every task accounted for, and with a ledger that is the server's bill", async () => {
    const lines = faultyLinesOf(vendor);
    await using server = await openOwnFaultServer(faultyNight(seed, vendor, lines));
    await using lab = await openLab(vendor, server.clock);
    const key = `test-${randomBytes(12).toString("hex")}`;

    const driven = await lab.drive(openPlanningClients(vendor, { ...server, key, callMs }));

    const bill = await server.bill();
    const usages = await lab.db.usage.listOfRun(lab.run.id);
    const outcomes = await lab.db.batches.listOutcomes(lab.run.id);
    const batches = await lab.db.batches.listOfRun(lab.run.id);
    const booked = bookedCharges(usages, outcomes);
    expect(await unaccounted(lab, driven)).toEqual([]);
    expect(booked).toEqual(billedCharges(bill));
    expect(sumOf(booked)).toBe(bill.owedMicroUsd);
    expect(uncovered(bill, usages)).toEqual([]);
    expect(bill.untold.length).toBeGreaterThan(0);
    expect(usages.filter(({ state }) => state.status === "reserved")).toEqual([]);
    expect(faultsMet(batches, lines).length).toBeGreaterThanOrEqual(10);
    expect(new Set(batches.map(({ state }) => state.status))).toEqual(
      new Set(["completed", "expired", "failed", "canceled"]),
    );
  });
});

test("they are 250 tasks, and every fifth of their requests is faulty", () => {
  const vendors = ["openai", "anthropic", "gemini"] as const;
  const count = vendors.reduce((sum, vendor) => sum + requestsOf(vendor, 1).length, 0);
  const faulty = vendors.flatMap((vendor) => faultyLinesOf(vendor).filter(isFirst));

  expect(count).toBe(250);
  expect(faulty.length).toBeGreaterThanOrEqual(count / 5);
  expect(new Set(faulty.map(({ name }) => name)).size).toBeGreaterThanOrEqual(10);
});

function isFirst({ customId }: FaultyLine): boolean {
  return customId.endsWith("_1_1");
}
