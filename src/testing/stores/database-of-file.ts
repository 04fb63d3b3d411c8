import { afterAll, beforeAll } from "vitest";
import { openPostgresDatabase } from "../../adapters/postgres/postgres-database.ts";
import type { Database } from "../../ports/database.ts";
import { databaseForTests } from "../postgres-for-tests.ts";

/** One database for all tests of a file, opened before the first and dropped after the last. */
export function databaseOfFile(): () => Database {
  let opened: Database | null = null;
  let drop = async (): Promise<void> => undefined;

  beforeAll(async () => {
    const made = await databaseForTests();
    drop = made.drop;
    opened = await openPostgresDatabase({ url: made.url, maxConnections: 2 });
  });

  afterAll(async () => {
    await opened?.close();
    await drop();
  });

  return () => {
    if (opened === null) throw new Error("The database is open only while tests run.");
    return opened;
  };
}
