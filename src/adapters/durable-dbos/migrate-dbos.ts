import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Logger } from "../../ports/logger.ts";
import { type Engine, loadEngine } from "./engine.ts";
import { silentLog, toEngineLog } from "./engine-log.ts";
import { type DbosTarget, engineUrl } from "./sql-pool.ts";

/** Any number: everybody who migrates has to ask for the same. */
const lockNumber = 4_715_320_561;
const lockLookMs = 50;

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
export async function migrateDbos(target: DbosTarget, log: Logger = silentLog): Promise<void> {
  const engine = await loadEngine();
  if ("pool" in target) {
    await migrateEngine(engine, target, log);
    await target.pool.query(ourTables);
    return;
  }
  const client = new Client({ connectionString: target.databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", (error) => log.warn({ error }, "database connection lost"));
  await client.connect();
  try {
    while (!(await tryLock(client))) await sleep(lockLookMs);
    await migrateEngine(engine, target, log);
    await client.query(ourTables);
    await client.query("commit");
  } finally {
    await client.end();
  }
}

/**
 * True: the transaction that holds the lock is open. The engine builds indexes concurrently and waits for everybody who
 * holds a snapshot, so nobody may wait inside a statement, and a statement with parameters would keep its snapshot.
 */
async function tryLock(client: Client): Promise<boolean> {
  await client.query("begin");
  const { rows } = await client.query<{ readonly locked: boolean }>(
    `select pg_try_advisory_xact_lock(${lockNumber}) as locked`,
  );
  if (rows[0]?.locked === true) return true;
  await client.query("rollback");
  return false;
}

/** What `DBOS.migrate` does, but with a log of ours: that one prints to stdout. */
async function migrateEngine(engine: Engine, target: DbosTarget, log: Logger): Promise<void> {
  const engineLog = new engine.GlobalLogger(undefined, { logger: toEngineLog(log) });
  const pool = "pool" in target ? target.pool : undefined;
  await engine.ensureSystemDatabase(engineUrl(target), engineLog, pool, "dbos", pool === undefined);
}
