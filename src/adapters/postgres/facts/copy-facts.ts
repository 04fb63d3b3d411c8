import { Pool } from "pg";
import { AasError } from "../../../domain/errors.ts";
import type { Project } from "../../../ports/project-store.ts";
import { type Connection, findRow, type PoolLike } from "../connection.ts";
import { describeColumns } from "./fact-columns.ts";
import { type FactTable, factTables } from "./fact-tables.ts";
import { type FactRow, FactWriter, name, rowsAtOnce, type SourceRow } from "./fact-writer.ts";
import { RowReader } from "../rows/row-reader.ts";
import { rowOf, type Sql, sql } from "../sql.ts";
import { inTransaction } from "../transaction.ts";

export type FactsDatabase = { readonly url: string } | { readonly pool: PoolLike };

export interface FactSource {
  /** Called once, and again from the start when the database undid the work because of others. */
  rows(migration: number): AsyncIterable<SourceRow>;
}

/** All facts of a project as they are at one moment. `begin` is told the migration they are of, and starts over when called again. */
export async function readFacts(
  database: FactsDatabase,
  projectId: string,
  begin: (migration: number) => Promise<(row: FactRow) => Promise<void>>,
): Promise<void> {
  await withPool(database, (pool) =>
    inTransaction(pool, async (connection) => {
      await connection.query(sql`set transaction isolation level repeatable read, read only`);
      await connection.query(sql`set local timezone = 'UTC'`);
      const emit = await begin(await readMigrationNumber(connection));
      for (const table of factTables) await readTable(connection, table, projectId, emit);
    }),
  );
}

async function readTable(
  connection: Connection,
  table: FactTable,
  projectId: string,
  emit: (row: FactRow) => Promise<void>,
): Promise<void> {
  const { generated } = await describeColumns(connection, table);
  const order = table.order
    .map((column) => `t.${column}${column === "seq" ? "" : ` collate "C"`}`)
    .join(", ");
  const row = sql`to_jsonb(t) - ${[...table.given, ...generated]}::text[]`;
  await connection.query(
    sql`declare facts no scroll cursor for
        select (${table.name === "project_notes" ? withCountedEvents(row) : row})::text as row
        from aas.${name(table.name)} t where ${table.ofProject(projectId)} order by ${name(order)}`,
  );
  for (;;) {
    const { rows } = await connection.query(sql`fetch ${name(String(rowsAtOnce))} from facts`);
    for (const each of rows)
      await emit({ table: table.name, row: new RowReader(table.name, each).text("row") });
    if (rows.length < rowsAtOnce) break;
  }
  await connection.query(sql`close facts`);
}

/** The number of an event holds in one database only; its place among the project's events holds in all. */
function withCountedEvents(row: Sql): Sql {
  return sql`case when t.name like '%\\_seq' then jsonb_set(${row}, '{value}', to_jsonb((
      select count(*) from aas.events e
      where e.project_id = t.project_id and e.seq <= (t.value #>> '{}')::bigint)))
    else ${row} end`;
}

/** Writes all facts of a project or none; only into one that has no runs and no tasks. Answers the rows of each table. */
export async function writeFacts(
  database: FactsDatabase,
  project: Project,
  source: FactSource,
): Promise<ReadonlyMap<string, number>> {
  return withPool(database, (pool) =>
    inTransaction(pool, async (connection) => {
      await prepareProject(connection, project);
      const writer = new FactWriter(connection, project.id);
      for await (const row of source.rows(await readMigrationNumber(connection))) await writer.add(row);
      return writer.finish();
    }),
  );
}

/** The lock on the project's row keeps others from starting runs in it until the facts are there. */
async function prepareProject(
  connection: Connection,
  { id, name: title, repository, createdAt }: Project,
): Promise<void> {
  const row = rowOf({ id, name: title, repository, created_at: createdAt });
  await connection.query(sql`insert into aas.projects ${row} on conflict (id) do nothing`);
  await connection.query(sql`select id from aas.projects where id = ${id} for update`);
  const found = await findRow(
    connection,
    sql`select ${id}::text as id, (select count(*) from aas.runs where project_id = ${id}) as runs,
          (select count(*) from aas.tasks where project_id = ${id}) as tasks`,
  );
  const counts = new RowReader("projects", found ?? {});
  const [runs, tasks] = [counts.integer("runs"), counts.integer("tasks")];
  if (runs + tasks > 0) {
    throw new AasError("conflict", `${title} has facts of its own: ${runs} runs and ${tasks} tasks.`, {
      cure: "Import where there are none: AAS_STATE_HOME=<empty folder> or AAS_DATABASE_URL=<empty database>",
    });
  }
  await connection.query(sql`delete from aas.project_notes where project_id = ${id}`);
}

async function readMigrationNumber(connection: Connection): Promise<number> {
  const row = await findRow(connection, sql`select max(number) as number from aas.migrations`);
  return new RowReader("migrations", row ?? {}, "number").integer("number");
}

async function withPool<Result>(
  database: FactsDatabase,
  work: (pool: PoolLike) => Promise<Result>,
): Promise<Result> {
  if ("pool" in database) return work(database.pool);
  const pool = new Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 15_000 });
  pool.on("error", () => undefined);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
