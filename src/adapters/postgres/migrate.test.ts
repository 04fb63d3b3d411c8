import { Pool } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { isAasError } from "../../domain/errors.ts";
import { type DatabaseForTests, emptyDatabaseForTests } from "../../testing/postgres-for-tests.ts";
import { migrateDatabase, migratePool } from "./migrate.ts";
import { makeMigration, type Migration, readMigrations } from "./migration-files.ts";

let made: DatabaseForTests;
let pool: Pool;

beforeAll(async () => {
  made = await emptyDatabaseForTests();
  pool = new Pool({ connectionString: made.url, max: 2 });
});

afterEach(async () => {
  await pool.query("drop schema if exists aas cascade");
});

afterAll(async () => {
  await pool.end();
  await made.drop();
});

const first = makeMigration("0001-first", "create table aas.notes (text text)");
const second = makeMigration("0002-second", "alter table aas.notes add column author text;");

test("the product's own migrations are applied once", async () => {
  const { length } = await readMigrations();

  expect(await migrateDatabase(made.url)).toEqual({ from: 0, to: length });
  expect(await migrateDatabase(made.url)).toEqual({ from: length, to: length });
});

test("of many who start at once, one migrates and all find it done", async () => {
  const { length } = await readMigrations();

  const results = await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(made.url)));

  expect(results.map(({ to }) => to)).toEqual(Array.from({ length: 5 }, () => length));
  expect(results.filter(({ from }) => from === 0)).toHaveLength(1);
});

test("only what is new is applied", async () => {
  await migratePool(pool, [first]);

  expect(await migratePool(pool, [first, second])).toEqual({ from: 1, to: 2 });

  await pool.query("insert into aas.notes (text, author) values ('a', 'b')");
  const { rows } = await pool.query("select number, name from aas.migrations order by number");
  expect(rows).toEqual([
    { number: "1", name: "0001-first" },
    { number: "2", name: "0002-second" },
  ]);
});

test("a database that a newer version has changed is refused, with the cure", async () => {
  await migratePool(pool, [first, second]);

  const failure = await failureOf(migratePool(pool, [first]));

  expect(failure).toMatchObject({
    code: "database_newer",
    message: "The database was changed by a newer aas (0002-second); this one knows 1 migrations.",
    cure: "npm install aas@latest",
  });
});

test("an old migration that was edited is refused", async () => {
  await migratePool(pool, [first]);
  const edited = makeMigration("0001-first", `${first.sql} -- better`);

  const failure = await failureOf(migratePool(pool, [edited, second]));

  expect(failure).toMatchObject({ code: "internal" });
  expect(String(failure)).toContain("0001-first");
});

test("other line ends are not an edit", async () => {
  await migratePool(pool, [makeMigration("0001-lines", "create table aas.a ();\ncreate table aas.b ();")]);
  const checkedOut = makeMigration("0001-lines", "create table aas.a ();\r\ncreate table aas.b ();");

  expect(await migratePool(pool, [checkedOut])).toEqual({ from: 1, to: 1 });
});

test("a migration that fails leaves the database as it was", async () => {
  const broken: Migration = makeMigration("0002-broken", "drop table aas.notes; select 1 / 0;");

  await failureOf(migratePool(pool, [first, broken]));

  const { rows } = await pool.query("select to_regnamespace('aas') as schema");
  expect(rows).toEqual([{ schema: null }]);
  expect(await migratePool(pool, [first, second])).toEqual({ from: 0, to: 2 });
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const failure: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(isAasError(failure)).toBe(true);
  return failure;
}
