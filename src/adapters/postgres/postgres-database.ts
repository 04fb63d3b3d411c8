import { Pool } from "pg";
import type { NewEvent } from "../../domain/event.ts";
import type { Clock } from "../../ports/clock.ts";
import { type Database, rollBack, type Stores } from "../../ports/database.ts";
import { type Connection, type PoolLike, type QueryResult, retrySerialization, send } from "./connection.ts";
import { type Mended, mendedBy, type Mending, mendsNothing } from "./mending.ts";
import { PostgresEventLog, writeEvents } from "./postgres-event-log.ts";
import { PostgresRunStore } from "./postgres-run-store.ts";
import type { Sql } from "./sql.ts";
import { inTransaction } from "./transaction.ts";
import { whenUsed } from "./when-used.ts";

/** A pool that is handed in is its owner's to end (PGlite's is shared with the durable engine); one made here ends with `close`. */
export type PostgresOptions = (
  | { readonly pool: PoolLike }
  | { readonly url: string; readonly maxConnections: number }
) & {
  /** What can be put right while it is open; nothing when it is not given. */
  readonly mending?: Mending;
  /** The time of gates, for tests that let hours pass; else it is the database's. */
  readonly gateClock?: Clock;
};

/** Connects with the first statement, not here. The tables must be there: `migrateDatabase`. */
export async function openPostgresDatabase(options: PostgresOptions): Promise<Database> {
  const { gateClock = null } = options;
  const pool = "pool" in options ? options.pool : makePool(options.url, options.maxConnections);
  // A connection that breaks while nobody uses it is replaced by the pool; unheard, its error would end the process.
  pool.on("error", () => undefined);
  const mended = options.mending === undefined ? mendsNothing : mendedBy(options.mending);
  const connection = new PoolConnection(pool, mended);
  const end = once(() => ("pool" in options ? Promise.resolve() : pool.end()));
  return {
    ...openStores(connection, gateClock, (events) => writeEvents(connection, events)),
    transaction: (work) => mended(() => transact(pool, gateClock, work)),
    close: end,
  };
}

async function transact<Result>(
  pool: PoolLike,
  gateClock: Clock | null,
  work: (stores: Stores) => Promise<Result | typeof rollBack>,
): Promise<Result | null> {
  const result = await inTransaction(
    pool,
    (connection) => workWithEvents(connection, gateClock, work),
    isKept,
  );
  return isKept(result) ? result : null;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | null = null;
  return () => (started ??= work());
}

function makePool(url: string, maxConnections: number): PoolLike {
  return new Pool({
    connectionString: url,
    max: maxConnections,
    application_name: "aas",
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    allowExitOnIdle: true,
  });
}

/** Events are written last, because the head's row stays locked from their numbering to the commit. */
async function workWithEvents<Result>(
  connection: Connection,
  gateClock: Clock | null,
  work: (stores: Stores) => Promise<Result | typeof rollBack>,
): Promise<Result | typeof rollBack> {
  const events: NewEvent[] = [];
  const stores = openStores(connection, gateClock, async (appended) => {
    events.push(...appended);
  });
  const result = await work(stores);
  if (isKept(result) && events.length > 0) await writeEvents(connection, events);
  return result;
}

function isKept<Result>(result: Result | typeof rollBack): result is Result {
  return result !== rollBack;
}

function openStores(
  connection: Connection,
  gateClock: Clock | null,
  write: (events: readonly NewEvent[]) => Promise<void>,
): Stores {
  return {
    projects: whenUsed(
      async () => new (await import("./postgres-project-store.ts")).PostgresProjectStore(connection),
    ),
    runs: new PostgresRunStore(connection),
    tasks: whenUsed(async () => new (await import("./postgres-task-store.ts")).PostgresTaskStore(connection)),
    attempts: whenUsed(
      async () => new (await import("./postgres-attempt-store.ts")).PostgresAttemptStore(connection),
    ),
    validations: whenUsed(
      async () => new (await import("./postgres-validation-store.ts")).PostgresValidationStore(connection),
    ),
    queue: whenUsed(
      async () => new (await import("./postgres-queue-store.ts")).PostgresQueueStore(connection),
    ),
    batches: whenUsed(
      async () => new (await import("./postgres-batch-store.ts")).PostgresBatchStore(connection),
    ),
    usage: whenUsed(
      async () => new (await import("./postgres-usage-ledger.ts")).PostgresUsageLedger(connection),
    ),
    events: new PostgresEventLog(connection, write),
    outbox: whenUsed(async () => new (await import("./postgres-outbox.ts")).PostgresOutbox(connection)),
    leases: whenUsed(
      async () => new (await import("./postgres-lease-store.ts")).PostgresLeaseStore(connection),
    ),
    gates: whenUsed(
      async () => new (await import("./postgres-gate-store.ts")).PostgresGateStore(connection, gateClock),
    ),
  };
}

/** Each statement on whichever connection is free. */
class PoolConnection implements Connection {
  readonly #pool: PoolLike;
  readonly #mended: Mended;

  constructor(pool: PoolLike, mended: Mended) {
    this.#pool = pool;
    this.#mended = mended;
  }

  query(statement: Sql): Promise<QueryResult> {
    return this.#mended(() => retrySerialization(() => send(this.#pool, statement)));
  }

  atomically<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    return this.#mended(() => inTransaction(this.#pool, work));
  }
}
