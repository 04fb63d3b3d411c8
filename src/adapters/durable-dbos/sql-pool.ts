import { Pool, type QueryResult, type QueryResultRow } from "pg";
import type { Logger } from "../../ports/logger.ts";

/** Our own few statements beside the engine's. Nothing here holds a connection over a call of the engine. */
export interface SqlPool {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
  end(): Promise<void>;
}

/** An in-process database has one pool, which belongs to whoever opened it. */
export function openSqlPool(databaseUrl: string, given: Pool | undefined, log: Logger): SqlPool {
  if (given !== undefined) {
    return { query: async (text, values) => given.query(text, values), end: async () => {} };
  }
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
