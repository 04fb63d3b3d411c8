import type { AttemptStore } from "./attempt-store.ts";
import type { BatchStore } from "./batch-store.ts";
import type { EventLog } from "./event-log.ts";
import type { LeaseStore } from "./lease-store.ts";
import type { Outbox } from "./outbox.ts";
import type { ProjectStore } from "./project-store.ts";
import type { QueueStore } from "./queue-store.ts";
import type { RunStore } from "./run-store.ts";
import type { TaskStore } from "./task-store.ts";
import type { UsageLedger } from "./usage-ledger.ts";
import type { ValidationStore } from "./validation-store.ts";

/** All facts, by kind. */
export interface Stores {
  readonly projects: ProjectStore;
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  readonly validations: ValidationStore;
  readonly queue: QueueStore;
  readonly batches: BatchStore;
  readonly usage: UsageLedger;
  readonly events: EventLog;
  readonly outbox: Outbox;
  readonly leases: LeaseStore;
}

/** The stores outside a transaction, each call on its own. */
export interface Database extends Stores {
  /**
   * Everything in it or nothing. Inside, only the stores that are handed in may be used. A returned `rollBack` undoes
   * it and is answered as null: the way out for a lost race. The work runs again when the database undid it because of
   * others (a deadlock), so it must change nothing but the stores. Events it appends are read only after it.
   */
  transaction<Result>(work: (stores: Stores) => Promise<Result | typeof rollBack>): Promise<Result | null>;
  close(): Promise<void>;
}

export const rollBack: unique symbol = Symbol("roll back");

/** What is written outside a transaction is written by the stores; their effects are listed beside them. */
export const databaseEffects = { effects: ["transaction"], reads: ["close"] } as const;
