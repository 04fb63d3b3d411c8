import { Pool, type QueryResult, type QueryResultRow } from "pg";
import type { Logger } from "../../ports/logger.ts";

/** The database of the engine: one that is connected to, or one in this process (PGlite), whose owner closes it. */
export type DbosTarget = { readonly databaseUrl: string } | { readonly pool: Pool };

/** Our own few statements beside the engine's. Nothing here holds a connection over a call of the engine. */
export interface SqlPool {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
  end(): Promise<void>;
}

export function openSqlPool(target: DbosTarget, log: Logger): SqlPool {
  return "pool" in target ? borrow(target.pool) : connect(target.databaseUrl, log);
}

function borrow(pool: Pool): SqlPool {
  return { query: async (text, values) => pool.query(text, values), end: async () => {} };
}

function connect(databaseUrl: string, log: Logger): SqlPool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    application_name: "aas durable",
  });
  // Without a listener a restart of the database would end the process.
  pool.on("error", (error) => log.warn({ error }, "database connection lost"));
  return pool;
}

/** DBOS wants to see an address even when it is handed a pool. */
export function engineUrl(target: DbosTarget): string {
  return "pool" in target ? "postgresql://aas@localhost/aas" : target.databaseUrl;
}
