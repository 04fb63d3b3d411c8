import { Client, type Pool } from "pg";
import type { Logger } from "../../ports/logger.ts";
import { type Engine, loadEngine } from "./engine.ts";
import { toEngineLog } from "./engine-log.ts";

export interface MigrateDbosOptions {
  readonly databaseUrl: string;
  /** A database in this process; it has one connection and no other users. */
  readonly pool?: Pool;
  readonly log: Logger;
}

/** Any number: everybody who migrates has to ask for the same. */
const lockNumber = 4_715_320_561;

const ourTables = `
  create schema if not exists aas_durable;
  create table if not exists aas_durable.workers (
    id text primary key,
    process_space text not null,
    pid integer not null,
    beat_at timestamptz not null,
    steady_since timestamptz not null
  )`;

/** Makes the engine's tables and ours, or brings them up to date. Several processes may do so at once. */
export async function migrateDbos(options: MigrateDbosOptions): Promise<void> {
  const engine = await loadEngine();
  if (options.pool !== undefined) {
    await migrateEngine(engine, options);
    await options.pool.query(ourTables);
    return;
  }
  const client = new Client({ connectionString: options.databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", (error) => options.log.warn({ error }, "database connection lost"));
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [lockNumber]);
    await migrateEngine(engine, options);
    await client.query(ourTables);
    await client.query("commit");
  } finally {
    await client.end();
  }
}

/** What `DBOS.migrate` does, but with a log of ours: that one prints to stdout. */
async function migrateEngine(engine: Engine, { databaseUrl, pool, log }: MigrateDbosOptions): Promise<void> {
  const engineLog = new engine.GlobalLogger(undefined, { logger: toEngineLog(log) });
  await engine.ensureSystemDatabase(databaseUrl, engineLog, pool, "dbos", pool === undefined);
}
