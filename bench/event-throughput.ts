// How many events a second go through transactions, by one writer and by eight: node bench/event-throughput.ts
// Figures are for looking at; nothing is asserted.
import { migrateDatabase } from "../src/adapters/postgres/migrate.ts";
import { openPostgresDatabase } from "../src/adapters/postgres/postgres-database.ts";
import type { Database } from "../src/ports/database.ts";
import {
  emptyDatabaseForTests,
  prepareServerForTests,
  removeServerForTests,
} from "../src/testing/postgres-for-tests.ts";
import { sampleEvent } from "../src/testing/samples.ts";

const durationMs = 2_000;

await prepareServerForTests();
try {
  const { url } = await emptyDatabaseForTests();
  await migrateDatabase(url);
  const database = await openPostgresDatabase({ url, maxConnections: 8 });
  for (const writers of [1, 8]) process.stdout.write(`${await measure(database, writers)}\n`);
  await database.close();
} finally {
  await removeServerForTests();
}

async function measure(database: Database, writers: number): Promise<string> {
  const until = performance.now() + durationMs;
  const counts = await Promise.all(Array.from({ length: writers }, () => writeUntil(database, until)));
  const perSecond = (counts.reduce((sum, count) => sum + count, 0) / durationMs) * 1_000;
  return `${writers} writer${writers === 1 ? " " : "s"}: ${perSecond.toFixed(0)} events/s, one a transaction`;
}

async function writeUntil(database: Database, until: number): Promise<number> {
  let count = 0;
  while (performance.now() < until) {
    await database.transaction(async ({ events }) => events.append([sampleEvent()]));
    count += 1;
  }
  return count;
}
