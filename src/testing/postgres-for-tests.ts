import { randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedServer, stopEmbeddedServer } from "../adapters/postgres/embedded/embedded-server.ts";
import { migrateDatabase } from "../adapters/postgres/migrate.ts";

/** One private server per test run; its folder is named by the global setup. */
export function testStateFolder(): string {
  return process.env["AAS_TEST_STATE"] ?? join(tmpdir(), "aas-test-state");
}

const idleStopMs = 60_000;

/** A database of one's own on the private server, with the tables. */
export async function databaseForTests(): Promise<{ readonly url: string }> {
  const url = await emptyDatabaseForTests();
  await migrateDatabase(url);
  return { url };
}

export async function emptyDatabaseForTests(): Promise<string> {
  const server = await openEmbeddedServer({ stateFolder: testStateFolder(), idleStopMs });
  return server.openDatabase(`test_${process.pid}_${randomInt(36 ** 6).toString(36)}`);
}

export async function stopTestServer(): Promise<void> {
  await stopEmbeddedServer(testStateFolder());
}
