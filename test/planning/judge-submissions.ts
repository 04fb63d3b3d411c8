import type { Event } from "../../src/domain/event.ts";
import type { AskingLab } from "../../src/testing/asking-lab.ts";
import type { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { billedCharges, bookedCharges, sumOf } from "./settled-accounts.ts";

/** What is not as it has to be, by the store and by what the server holds. Empty: all is well. */
export async function judgeSubmissions(
  { db, run, tasks }: Pick<AskingLab, "db" | "run" | "tasks">,
  server: Pick<FaultServer, "batches" | "bill">,
): Promise<readonly string[]> {
  const batches = await db.batches.listOfRun(run.id);
  const outcomes = await db.batches.listOutcomes(run.id);
  const analyses = await db.batches.listAnalyses(run.id);
  const usages = await db.usage.listOfRun(run.id);
  const events = await db.events.listOfRun(run.id);
  const bill = server.bill();
  const booked = bookedCharges(usages, outcomes);
  const refs = batches.map(({ state }) => ("providerRef" in state ? state.providerRef : state.status));
  const told = events.filter(isToldOnce).map(({ type, subject, to }) => `${type} ${subject} ${to ?? ""}`);
  return [
    ...unequal(
      "batches at the server",
      server.batches.map(({ facts }) => facts.id),
      refs,
    ),
    ...unequal(
      "requests that the server was sent",
      server.batches.flatMap(({ facts }) => facts.lines.map(({ customId }) => customId)),
      batches.flatMap(({ items }) => items.map(({ customId }) => customId)),
    ),
    ...unequal(
      "tasks answered",
      analyses.map(({ taskKey }) => taskKey),
      tasks.map(({ key }) => key),
    ),
    ...unequal(
      "outcomes",
      outcomes.map(({ taskKey, status }) => `${taskKey} ${status}`),
      tasks.map(({ key }) => `${key} ok`),
    ),
    ...unequal(
      "charges",
      booked.map((each) => JSON.stringify(each)),
      billedCharges(bill).map((each) => JSON.stringify(each)),
    ),
    ...unequal(
      "usages",
      usages.map(({ state }) => state.status),
      tasks.map(() => "settled"),
    ),
    ...unequal("events told", told, [...new Set(told)]),
    ...unequal("micro-dollars", [String(sumOf(booked))], [String(bill.owedMicroUsd)]),
    ...unequal(
      "work without a word",
      bill.untold.map(({ customId }) => String(customId)),
      [],
    ),
  ];
}

/** A sending may be told again, where the first was proved to have made nothing; what it made and brought may not. */
function isToldOnce({ type, to }: Event): boolean {
  return (
    type === "batch.collected" || (type === "batch.changed" && (to === "submitted" || to === "completed"))
  );
}

function unequal(what: string, was: readonly string[], wanted: readonly string[]): readonly string[] {
  const one = listed(was);
  const other = listed(wanted);
  return one === other ? [] : [`${what}: ${one}; wanted: ${other}`];
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.toSorted().join(", ");
}
