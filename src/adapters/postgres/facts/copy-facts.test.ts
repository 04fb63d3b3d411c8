import { readFile } from "node:fs/promises";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeId, type ProjectId } from "../../../domain/ids.ts";
import type { Project } from "../../../ports/project-store.ts";
import {
  databaseForTests,
  type DatabaseForTests,
  emptyDatabaseForTests,
} from "../../../testing/postgres-for-tests.ts";
import { sampleProject, sampleRun, sampleTask } from "../../../testing/samples.ts";
import type { PoolLike } from "../connection.ts";
import { readFacts, writeFacts } from "./copy-facts.ts";
import { factTables, tablesWithoutFacts } from "./fact-tables.ts";
import type { FactRow, SourceRow } from "./fact-writer.ts";
import { migratePool } from "../migrate.ts";
import { readMigrations } from "../migration-files.ts";
import { openPglite } from "../open-pglite.ts";
import { openPostgresDatabase } from "../postgres-database.ts";

const testData = new URL("../../../../migrations/test-data/", import.meta.url);
const made: { readonly database: DatabaseForTests; readonly pool: Pool }[] = [];

/** The first holds rows of every table, the others are empty. */
beforeAll(async () => {
  for (let count = 0; count < 4; count += 1) {
    const database = await (count === 0 ? emptyDatabaseForTests() : databaseForTests());
    made.push({ database, pool: new Pool({ connectionString: database.url, max: 2 }) });
  }
  await fill(poolOf(0));
});

afterAll(async () => {
  for (const { database, pool } of made) {
    await pool.end();
    await database.drop();
  }
});

test("every table of the database is copied, or is named as one without facts", async () => {
  const { rows } = await poolOf(0).query<{ readonly tablename: string }>(
    "select tablename from pg_tables where schemaname = 'aas'",
  );

  const listed = [...factTables.map((table) => table.name), ...tablesWithoutFacts];

  expect(listed.toSorted()).toEqual(rows.map((row) => row.tablename).toSorted());
});

test("a copy holds every row of every table", async () => {
  const copy = await readAll(poolOf(0), "prj_1");

  const copied = Object.fromEntries(
    factTables.map(({ name }) => [name, copy.filter((row) => row.table === name).length]),
  );
  const stored = await countRows(poolOf(0));

  expect(copied).toEqual(stored);
  expect(Object.values(stored).filter((count) => count === 0)).toEqual([]);
});

test("what was written into another database reads back byte for byte, and says how much it was", async () => {
  const original = await readAll(poolOf(0), "prj_1");

  const counts = await writeFacts({ pool: poolOf(1) }, project("prj_copy"), sourceOf(original));

  expect(await readAll(poolOf(1), "prj_copy")).toEqual(original);
  expect(Object.fromEntries(counts)).toEqual(await countRows(poolOf(0)));
});

test("facts move to the database inside one process and back", async () => {
  const original = await readAll(poolOf(0), "prj_1");
  const pglite = await openPglite(null);
  try {
    await writeFacts({ pool: pglite.pool }, project("prj_1"), sourceOf(original));

    expect(await readAll(pglite.pool, "prj_1")).toEqual(original);
  } finally {
    await pglite.close();
  }
});

test("in a database that others use, events get numbers of their own and a reader's place moves with them", async () => {
  const database = await openPostgresDatabase({ pool: poolOf(2) });
  await database.projects.insert(project("prj_other"));
  await database.events.append([1, 2, 3].map(() => eventOf("prj_other")));
  const original = await readAll(poolOf(0), "prj_1");
  await poolOf(0).query(
    "insert into aas.project_notes select 'prj_1', 'notified_seq', to_jsonb(min(seq)) from aas.events where project_id = 'prj_1'",
  );

  const withPlace = await readAll(poolOf(0), "prj_1");
  await writeFacts({ pool: poolOf(2) }, project("prj_team"), sourceOf(withPlace));
  await poolOf(0).query("delete from aas.project_notes where name = 'notified_seq'");

  const [first] = await database.events.listAfter(makeId("prj", "team"), 0, 1);
  expect(first?.seq).toBeGreaterThan(3);
  expect(await database.projects.readNote(makeId("prj", "team"), "notified_seq")).toBe(first?.seq);
  expect(await readAll(poolOf(2), "prj_team")).toEqual(withPlace);
  expect(withPlace).toHaveLength(original.length + 1);
});

test("a project that has facts takes no others, and keeps its own", async () => {
  const before = await readAll(poolOf(0), "prj_1");

  const writing = writeFacts({ pool: poolOf(0) }, project("prj_1"), sourceOf(before));

  await expect(writing).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("6 runs and 6 tasks"),
  });
  expect(await readAll(poolOf(0), "prj_1")).toEqual(before);
});

test.each([
  ["a row of other columns", { table: "runs", row: '{"secret":1}' }, /Line 2 .* lacks "id"/u],
  [
    "a table that nobody knows",
    { table: "migrations", row: "{}" },
    /Line 2 .*"migrations" cannot stand here/u,
  ],
  ["a text that is not JSON", { table: "runs", row: "{" }, /Line 2 .* not JSON/u],
])("%s is refused with its line, and nothing is stored", async (_, row, message) => {
  const original = await readAll(poolOf(0), "prj_1");

  const writing = writeFacts(
    { pool: poolOf(3) },
    project("prj_bad"),
    sourceOf([...original.slice(0, 1), row, ...original.slice(1)]),
  );

  await expect(writing).rejects.toMatchObject({ code: "usage", message: expect.stringMatching(message) });
  expect(await countOf(poolOf(3), "prj_bad")).toBe(0);
});

test("rows that the tables do not allow are refused whole, with their place in the file", async () => {
  const original = await readAll(poolOf(0), "prj_1");
  const spoilt = original.map((row) =>
    row.table === "tasks" ? { ...row, row: row.row.replace('"status": "queued"', '"status": "lost"') } : row,
  );

  const writing = writeFacts({ pool: poolOf(3) }, project("prj_bad"), sourceOf(spoilt));

  await expect(writing).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(/^tasks, lines 8 to 13 /u),
  });
  expect(await countOf(poolOf(3), "prj_bad")).toBe(0);
});

test("facts that another project of the database has already are refused", async () => {
  const row = await readAll(poolOf(0), "prj_1");

  const writing = writeFacts({ pool: poolOf(0) }, project("prj_twin"), sourceOf(row));

  await expect(writing).rejects.toMatchObject({
    code: "conflict",
    cure: expect.stringContaining("another database"),
  });
  expect(await countOf(poolOf(0), "prj_twin")).toBe(0);
});

test("facts of other projects are not copied", async () => {
  const database = await openPostgresDatabase({ pool: poolOf(1) });
  await database.projects.insert(project("prj_lonely"));
  const run = sampleRun({ id: makeId("run", "lonely"), projectId: makeId("prj", "lonely") });
  await database.runs.insert(run);
  await database.tasks.insert(
    sampleTask({ id: makeId("tsk", "lonely"), projectId: run.projectId, runId: run.id }),
  );

  const copy = await readAll(poolOf(1), "prj_lonely");

  expect(copy.map((row) => row.table)).toEqual(["projects", "runs", "tasks"]);
});

function poolOf(index: number): Pool {
  const found = made[index];
  if (found === undefined) throw new Error("The database was not made.");
  return found.pool;
}

async function fill(pool: Pool): Promise<void> {
  const migrations = await readMigrations();
  for (const { name, number } of migrations) {
    await migratePool(pool, migrations.slice(0, number));
    await pool.query(await readFile(new URL(`${name}.sql`, testData), "utf8"));
  }
  // Values that a copy through JavaScript or through lines would change.
  await pool.query("update aas.runs set goal = $1 where id = 'run_1'", [
    'Zwei\u2028Zeilen\n\t"Tür" \\u0041 😀',
  ]);
  await pool.query("update aas.submissions set claims = 'null'");
  await pool.query("update aas.validations set score = 0.1 + 0.2");
  await pool.query("update aas.tasks set created_at = '2026-01-01 12:00:00.123456+00'");
  await pool.query(
    "insert into aas.events select 1 + max(seq), 'prj_1', null, 'validation.completed', 'val_1', 'worker:1', null, null, null, '{}', now() from aas.events",
  );
  await pool.query("update aas.event_head set seq = (select max(seq) from aas.events)");
}

async function readAll(pool: PoolLike, projectId: string): Promise<readonly FactRow[]> {
  let rows: FactRow[] = [];
  await readFacts({ pool }, projectId, async () => {
    rows = [];
    return async (row) => void rows.push(row);
  });
  return rows;
}

function sourceOf(rows: readonly FactRow[]): { readonly rows: () => AsyncIterable<SourceRow> } {
  return {
    async *rows() {
      for (const [index, row] of rows.entries()) yield { ...row, line: index + 1 };
    },
  };
}

async function countRows(pool: Pool): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { name } of factTables) {
    const { rows } = await pool.query<{ readonly count: string }>(`select count(*) from aas.${name}`);
    counts[name] = Number(rows[0]?.count);
  }
  return counts;
}

async function countOf(pool: Pool, projectId: string): Promise<number | null> {
  const { rowCount } = await pool.query("select 1 from aas.projects where id = $1", [projectId]);
  return rowCount;
}

function project(id: string): Project {
  return sampleProject({ id: id as ProjectId });
}

function eventOf(
  projectId: string,
): Parameters<Awaited<ReturnType<typeof openPostgresDatabase>>["events"]["append"]>[0][number] {
  return {
    projectId: projectId as ProjectId,
    runId: null,
    type: "task.created",
    subject: "AAS-1",
    actor: "person:ada",
    from: null,
    to: null,
    reason: null,
    details: {},
    at: new Date(0),
  };
}
