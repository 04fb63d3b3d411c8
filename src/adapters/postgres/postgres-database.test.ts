import { afterAll } from "vitest";
import { describeDatabase } from "../../testing/describe-database.ts";
import { type DatabaseForTests, databaseForTests } from "../../testing/postgres-for-tests.ts";
import { openPostgresDatabase } from "./postgres-database.ts";

const used: DatabaseForTests[] = [];

afterAll(async () => {
  for (const each of used) await each.drop();
});

describeDatabase("native PostgreSQL", async () => {
  const made = await databaseForTests();
  used.push(made);
  return openPostgresDatabase({ url: made.url, maxConnections: 10 });
});
