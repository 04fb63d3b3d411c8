import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DatabaseForTests, emptyDatabaseForTests } from "../../testing/postgres-for-tests.ts";
import type { Connection } from "./connection.ts";
import { sql } from "./sql.ts";
import { inTransaction } from "./transaction.ts";

let made: DatabaseForTests;
let pool: Pool;

beforeAll(async () => {
  made = await emptyDatabaseForTests();
  pool = new Pool({ connectionString: made.url, max: 1 });
});

afterAll(async () => {
  await pool.end();
  await made.drop();
});

test("a process that stops in the middle loses its locks after a minute, and the setting ends with the transaction", async () => {
  const inside = await inTransaction(pool, readSettings);
  const { rows } = await pool.query("show idle_in_transaction_session_timeout");

  expect(inside).toEqual(["1min", "read committed"]);
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: "0" }]);
});

test("the only connection is given back, whatever happens", async () => {
  const failing = inTransaction(pool, async (connection) => connection.query(sql`select 1 / 0`));
  await expect(failing).rejects.toMatchObject({ code: "internal" });
  const undone = await inTransaction(pool, readSettings, () => false);

  expect(undone).toHaveLength(2);
  expect(await inTransaction(pool, readSettings)).toEqual(undone);
});

async function readSettings(connection: Connection): Promise<readonly unknown[]> {
  const { rows } = await connection.query(
    sql`select current_setting('idle_in_transaction_session_timeout') as idle,
          current_setting('transaction_isolation') as isolation`,
  );
  return rows.flatMap((row) => [row["idle"], row["isolation"]]);
}
