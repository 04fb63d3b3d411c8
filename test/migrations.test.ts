import { readFile } from "node:fs/promises";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migratePool } from "../src/adapters/postgres/migrate.ts";
import { type Migration, readMigrations } from "../src/adapters/postgres/migration-files.ts";
import { openPostgresDatabase } from "../src/adapters/postgres/postgres-database.ts";
import { type IntegrationId, makeId, type RunId } from "../src/domain/ids.ts";
import type { Database } from "../src/ports/database.ts";
import { type DatabaseForTests, emptyDatabaseForTests } from "../src/testing/postgres-for-tests.ts";

/** How many rows each table has. */
type Counts = ReadonlyMap<string, number>;

interface Stage {
  readonly migration: Migration;
  readonly counts: Counts;
}

const testData = new URL("../migrations/test-data/", import.meta.url);
const opened: { readonly made: DatabaseForTests; readonly pool: Pool }[] = [];
const stages: Stage[] = [];

/** One database that lived through all versions: each migration, and then the rows that its version wrote. */
beforeAll(async () => {
  const made = await emptyDatabaseForTests();
  const pool = new Pool({ connectionString: made.url, max: 2 });
  opened.push({ made, pool });
  const migrations = await readMigrations();
  for (const migration of migrations) {
    await migratePool(pool, migrations.slice(0, migration.number));
    await pool.query(await readFile(new URL(`${migration.name}.sql`, testData), "utf8"));
    stages.push({ migration, counts: await countRows(pool) });
  }
});

afterAll(async () => {
  for (const { made, pool } of opened) {
    await pool.end();
    await made.drop();
  }
});

test("migrations are numbered one after the other", async () => {
  const migrations = await readMigrations();

  expect(migrations.length).toBeGreaterThan(0);
  for (const [index, { name }] of migrations.entries()) {
    expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, "0")}-[a-z0-9-]+$`, "u"));
  }
});

test("the test data leaves no table empty", () => {
  const empty = [...(stages.at(-1)?.counts ?? [])].filter(([, count]) => count === 0);

  expect(stages.at(-1)?.counts.size).toBeGreaterThan(15);
  expect(empty).toEqual([]);
});

test("rows of every version survive the migrations after it", () => {
  const lost = stages
    .slice(1)
    .flatMap(({ migration, counts }, index) =>
      [...(stages[index]?.counts ?? [])]
        .filter(([table, count]) => (counts.get(table) ?? 0) < count)
        .map(([table]) => `${migration.name}: ${table}`),
    );

  expect(lost).toEqual([]);
});

test("today's code reads every row that earlier versions wrote", async () => {
  const database = await openPostgresDatabase({ pool: poolOf() });
  const counts = stages.at(-1)?.counts ?? new Map<string, number>();

  const read = await readEverything(database);

  expect(read).toEqual(Object.fromEntries(Object.keys(read).map((table) => [table, counts.get(table)])));
});

function poolOf(): Pool {
  const [first] = opened;
  if (first === undefined) throw new Error("The database was not opened.");
  return first.pool;
}

async function countRows(pool: Pool): Promise<Counts> {
  const { rows } = await pool.query<{ readonly tablename: string }>(
    "select tablename from pg_tables where schemaname = 'aas' and tablename <> 'migrations'",
  );
  const counts = new Map<string, number>();
  for (const { tablename } of rows) {
    const { rows: counted } = await pool.query<{ readonly count: string }>(
      `select count(*) from aas.${tablename}`,
    );
    counts.set(tablename, Number(counted[0]?.count));
  }
  return counts;
}

/** How many rows of each table come through the stores, which throw at what they cannot read. */
async function readEverything(database: Database): Promise<Readonly<Record<string, number>>> {
  const project = makeId("prj", "1");
  const runs = await database.runs.list(project, {});
  const ids = runs.map((run) => run.id);
  const tasks = await database.tasks.list(project);
  const attempts = await inAll(ids, (id) => database.attempts.listOfRun(id));
  const integrations = await inAll(ids, (id) => database.queue.listIntegrationsOfRun(id));
  const integrationIds: readonly IntegrationId[] = integrations.map((entry) => entry.id);
  return {
    projects: present(await database.projects.find(project)).length,
    project_notes: present(await database.projects.readNote(project, "board")).length,
    runs: runs.length,
    tasks: tasks.length,
    attempts: attempts.length,
    submissions: present(await database.attempts.findSubmission(makeId("sub", "1"))).length,
    audits: (await database.attempts.listAudits(makeId("sub", "1"))).length,
    validations: present(await database.validations.find(makeId("val", "1"))).length,
    integrations: integrations.length,
    deployments: (
      await inAll(integrationIds, async (id) => present(await database.queue.findDeploymentOf(id)))
    ).length,
    approvals: (await inAll(ids, (id) => database.queue.listApprovals(id))).length,
    rollbacks: (await database.queue.listRollbacks(project)).length,
    batches: (await inAll(ids, (id) => database.batches.listOfRun(id))).length,
    analyses: (await inAll(ids, (id) => database.batches.listAnalyses(id))).length,
    request_outcomes: (await inAll(ids, (id) => database.batches.listOutcomes(id))).length,
    usages: (await inAll(ids, (id) => database.usage.listOfRun(id))).length,
    replies: present(await database.usage.findReply("run_1:b")).length,
    events: (await database.events.listAfter(project, 0, 1_000)).length,
    notifications: (await inAll(ids, (id) => database.outbox.listOfRun(id))).length,
  };
}

async function inAll<Id extends RunId | IntegrationId, Item>(
  ids: readonly Id[],
  list: (id: Id) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const lists: Item[] = [];
  for (const id of ids) lists.push(...(await list(id)));
  return lists;
}

function present<Item>(item: Item | null): readonly Item[] {
  return item === null ? [] : [item];
}
