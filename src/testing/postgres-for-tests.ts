import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { openEmbeddedServer, stopEmbeddedServer } from "../adapters/postgres/embedded/embedded-server.ts";
import { migrateDatabase } from "../adapters/postgres/migrate.ts";

export interface DatabaseForTests {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** Set by the run's global setup; the workers of the run inherit it. */
const stateVariable = "AAS_TESTS_POSTGRES";
/** Also the time after which the server of a killed run ends itself. */
const idleStopMs = 120_000;

let databases = 0;

/** An empty database with our tables, on the one private server of this test run, which the first caller starts. */
export async function databaseForTests(): Promise<DatabaseForTests> {
  const { url, drop } = await emptyDatabaseForTests();
  await migrateDatabase(url);
  return { url, drop };
}

/** The same without tables. */
export async function emptyDatabaseForTests(): Promise<DatabaseForTests> {
  const stateFolder = process.env[stateVariable] ?? "";
  if (stateFolder === "") throw new Error(`${stateVariable} is not set: run this under vitest.`);
  const server = await openEmbeddedServer({ stateFolder, idleStopMs });
  databases += 1;
  const name = `test_${process.pid}_${databases}`;
  const url = await server.openDatabase(name);
  return { url, drop: async () => dropDatabase(await server.openDatabase("postgres"), name) };
}

/** A pool says that it has ended before its connections have: they get this long before they are ended by force. */
const closingMs = 2000;

/** `force` ends connections that a test left open. */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const pool = new Pool({ connectionString: serverUrl, max: 1 });
  try {
    await untilNobodyIsIn(pool, name);
    await pool.query(`drop database if exists ${name} with (force)`);
  } finally {
    await pool.end();
  }
}

async function untilNobodyIsIn(pool: Pool, name: string): Promise<void> {
  const deadline = performance.now() + closingMs;
  while (performance.now() < deadline) {
    const { rowCount } = await pool.query("select 1 from pg_stat_activity where datname = $1", [name]);
    if (rowCount === 0) return;
    await sleep(10);
  }
}

/** A folder for the run's server, which drops to another uid when root starts it and must then be able to enter. */
export async function prepareServerForTests(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "aas-tests-"));
  await chmod(folder, 0o711);
  process.env[stateVariable] = folder;
}

/** A server that somebody is still connected to is left to end itself. */
export async function removeServerForTests(): Promise<void> {
  const folder = process.env[stateVariable] ?? "";
  if ((await stopEmbeddedServer(folder)) !== "in_use") await rm(folder, { recursive: true, force: true });
}
