import { Socket } from "node:net";
import { Pool, type PoolConfig, type QueryResult, type QueryResultRow } from "pg";
import type { Logger } from "../../ports/logger.ts";
import { nameForDbos } from "./connection-loss.ts";

/** The database of the engine: one that is connected to, or one in this process (PGlite), whose owner closes it. */
export type DbosTarget = { readonly databaseUrl: string } | { readonly pool: Pool };

/** Our own few statements beside the engine's. Nothing here holds a connection over a call of the engine. */
export interface SqlPool {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
}

export interface Pools {
  readonly engine: Pool;
  /** Apart from the engine's: signs of life may not stand in line behind a thousand workflows. */
  readonly own: SqlPool;
  close(): Promise<void>;
}

export function openPools(target: DbosTarget, log: Logger): Pools {
  if ("pool" in target) return { engine: target.pool, own: target.pool, close: async () => {} };
  const engine = connect(log, {
    connectionString: target.databaseUrl,
    max: 8,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: "aas engine",
    stream: openSocket,
  });
  const own = connect(log, {
    connectionString: target.databaseUrl,
    max: 2,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    application_name: "aas worker",
  });
  return {
    engine,
    own,
    close: async () => {
      await Promise.all([engine.end(), own.end()]);
    },
  };
}

/** DBOS wants to see an address even when it is handed a pool. */
export function engineUrl(target: DbosTarget): string {
  return "pool" in target ? "postgresql://aas@localhost/aas" : target.databaseUrl;
}

function connect(log: Logger, config: PoolConfig): Pool {
  const pool = new Pool({ ...config, keepAlive: true });
  // Without a listener a restart of the database would end the process.
  pool.on("error", (error) => log.warn({ error }, "database connection lost"));
  return pool;
}

function openSocket(): Socket {
  const socket = new Socket();
  socket.on("error", nameForDbos);
  return socket;
}
