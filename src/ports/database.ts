import type { AttemptStore } from "./attempt-store.ts";
import type { BatchStore } from "./batch-store.ts";
import type { EventLog } from "./event-log.ts";
import type { LeaseStore } from "./lease-store.ts";
import type { GateStore } from "./gate-store.ts";
import type { Outbox } from "./outbox.ts";
import type { ProjectStore } from "./project-store.ts";
import type { QueueStore } from "./queue-store.ts";
import type { RunStore } from "./run-store.ts";
import type { TaskStore } from "./task-store.ts";
import type { UsageLedger } from "./usage-ledger.ts";
import type { ValidationStore } from "./validation-store.ts";
import type { EffectTable } from "./effects.ts";

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
  readonly gates: GateStore;
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

export const databaseEffects = {
  transaction: "effect",
  close: "read",
  projects: "port",
  runs: "port",
  tasks: "port",
  attempts: "port",
  validations: "port",
  queue: "port",
  batches: "port",
  usage: "port",
  events: "port",
  outbox: "port",
  leases: "port",
  gates: "port",
} as const satisfies EffectTable<Database>;
