import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "pg";
import type { Run } from "../../../domain/run.ts";
import type { Database } from "../../../ports/database.ts";
import { databaseForTests } from "../../../testing/postgres-for-tests.ts";
import { insertFamily } from "../../../testing/stores/sample-family.ts";
import { openPostgresDatabase } from "../postgres-database.ts";

let db: Database;
let client: Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await databaseForTests();
  drop = database.drop;
  db = await openPostgresDatabase({ url: database.url, maxConnections: 1 });
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await db.close();
  await drop();
});

test("a run that an early version paused for its budget is paused for money", async () => {
  const { run } = await insertFamily(db);
  const state: Run["state"] = { status: "paused", stage: "implement", reason: "money" };
  await db.runs.replace({ ...run, state });
  await client.query("update aas.runs set pause_reason = 'budget' where id = $1", [run.id]);

  expect((await db.runs.get(run.id)).state).toEqual(state);
});
