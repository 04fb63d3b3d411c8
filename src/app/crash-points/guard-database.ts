import type { EventType, NewEvent } from "../../domain/event.ts";
import type { CrashPoints } from "../../ports/crash-points.ts";
import { type Database, rollBack, type Stores } from "../../ports/database.ts";
import type { EffectTable } from "../../ports/effects.ts";
import { withCrashPoints } from "./with-crash-points.ts";

type StoreTables = { readonly [Name in keyof Stores]: EffectTable<Stores[Name]> };

/** The stores outside a transaction, each write with its points; a transaction is one effect, and its points sit around the commit. */
export function guardDatabase(db: Database, tables: StoreTables, points: CrashPoints): Database {
  const guard = <Name extends keyof Stores>(name: Name): Stores[Name] =>
    withCrashPoints(name, db[name], tables[name], points);
  return {
    projects: guard("projects"),
    runs: guard("runs"),
    tasks: guard("tasks"),
    attempts: guard("attempts"),
    validations: guard("validations"),
    queue: guard("queue"),
    batches: guard("batches"),
    usage: guard("usage"),
    events: guard("events"),
    outbox: guard("outbox"),
    leases: guard("leases"),
    gates: guard("gates"),
    close: () => db.close(),
    transaction: async (work) => {
      let told: EventType | null = null;
      const result = await db.transaction(async (stores) => {
        told = null;
        const done = await work(
          withTold(stores, (last) => {
            told = last;
          }),
        );
        if (done !== rollBack) points.reach(`${transactionPoint(told)}:before`);
        return done;
      });
      if (result !== null) points.reach(`${transactionPoint(told)}:after`);
      return result;
    },
  };
}

/** A commit is named by the last event it tells, so that every kind of change is a point of its own. */
export function transactionPoint(told: EventType | null): string {
  return told === null ? "db.transaction" : `db.transaction(${told})`;
}

function withTold(stores: Stores, note: (last: EventType) => void): Stores {
  const { events } = stores;
  return {
    ...stores,
    events: {
      listAfter: (projectId, seq, limit) => events.listAfter(projectId, seq, limit),
      listOfRun: (runId) => events.listOfRun(runId),
      lastSeq: (projectId) => events.lastSeq(projectId),
      append: async (appended: readonly NewEvent[]) => {
        const last = appended.at(-1);
        if (last !== undefined) note(last.type);
        await events.append(appended);
      },
    },
  };
}
