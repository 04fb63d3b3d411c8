import { AasError, isAasError } from "../../../domain/errors.ts";
import { type Connection, findRow } from "../connection.ts";
import { type Column, describeColumns } from "./fact-columns.ts";
import { type FactTable, factTables } from "./fact-tables.ts";
import { RowReader } from "../rows/row-reader.ts";
import { Sql, sql } from "../sql.ts";

/** One row as PostgreSQL writes it as JSON: no value passes through JavaScript, so none is changed. */
export interface FactRow {
  readonly table: string;
  readonly row: string;
}

/** The same with the line of the file that it comes from. */
export interface SourceRow extends FactRow {
  readonly line: number;
}

export const rowsAtOnce = 100;
const textAtOnce = 4_000_000;

/** Collects rows of one table into statements of bounded size. */
export class FactWriter {
  readonly #connection: Connection;
  readonly #projectId: string;
  readonly #counts = new Map<string, number>();
  #batch: SourceRow[] = [];
  #size = 0;
  #place = 0;
  #eventsBefore = 0;

  constructor(connection: Connection, projectId: string) {
    this.#connection = connection;
    this.#projectId = projectId;
  }

  async add(row: SourceRow): Promise<void> {
    const place = factTables.findIndex((table) => table.name === row.table);
    if (place < this.#place)
      throw unreadable(row.line, `rows of ${JSON.stringify(row.table)} cannot stand here`);
    if (place > this.#place || this.#batch.length === rowsAtOnce || this.#size > textAtOnce)
      await this.#flush();
    this.#place = place;
    this.#batch.push(row);
    this.#size += row.row.length;
  }

  async finish(): Promise<ReadonlyMap<string, number>> {
    await this.#flush();
    return this.#counts;
  }

  async #flush(): Promise<void> {
    const table = factTables[this.#place];
    const batch = this.#batch;
    if (table === undefined || batch.length === 0) return;
    this.#batch = [];
    this.#size = 0;
    try {
      await this.#insert(table, batch);
    } catch (error) {
      throw explain(error, table.name, batch);
    }
    const before = this.#counts.get(table.name) ?? 0;
    this.#counts.set(table.name, before + batch.length);
  }

  async #insert(table: FactTable, batch: readonly SourceRow[]): Promise<void> {
    const { columns } = await describeColumns(this.#connection, table);
    for (const row of batch) assertColumns(row, table, columns);
    const rows = sql`${`[${batch.map((each) => each.row).join(",")}]`}::jsonb`;
    switch (table.name) {
      case "projects":
        return this.#changeProject(rows);
      case "events":
        return this.#insertEvents(table, columns, rows, batch.length);
      case "project_notes":
        return this.#insertRows(
          table,
          columns,
          sql`select ${this.#withEventNumber()} as item, position from ${listOf(rows)}`,
        );
      default:
        return this.#insertRows(table, columns, sql`select item, position from ${listOf(rows)}`);
    }
  }

  async #changeProject(rows: Sql): Promise<void> {
    await this.#connection.query(
      sql`update aas.projects p set last_task_number = r.last_task_number, created_at = r.created_at
          from jsonb_populate_recordset(null::aas.projects, ${rows}) r where p.id = ${this.#projectId}`,
    );
  }

  /** Events get numbers of this database, in the order they stand in. */
  async #insertEvents(table: FactTable, columns: readonly Column[], rows: Sql, count: number): Promise<void> {
    const head = await findRow(
      this.#connection,
      sql`update aas.event_head set seq = seq + ${count}::bigint returning seq - ${count}::bigint as before`,
    );
    const before = new RowReader("event_head", head ?? {}, "before").integer("before");
    if (!this.#counts.has("events")) this.#eventsBefore = before;
    const numbered = sql`item || jsonb_build_object('seq', ${before}::bigint + position)`;
    await this.#insertRows(table, columns, sql`select ${numbered} as item, position from ${listOf(rows)}`);
  }

  #withEventNumber(): Sql {
    return sql`case when item ->> 'name' like '%\\_seq'
      then jsonb_set(item, '{value}', to_jsonb((item ->> 'value')::bigint + ${this.#eventsBefore}::bigint)) else item end`;
  }

  async #insertRows(table: FactTable, columns: readonly Column[], items: Sql): Promise<void> {
    const target = `aas.${table.name}`;
    const names = columns.map((column) => column.name).join(", ");
    // JSON's null in a column that must have a value is a value; elsewhere it is the absence of one.
    const values = columns
      .map((column) => (column.isRequiredJson ? `coalesce(r.${column.name}, 'null')` : `r.${column.name}`))
      .join(", ");
    const own = columns.some((column) => column.name === "project_id")
      ? sql`jsonb_build_object('project_id', ${this.#projectId}::text)`
      : sql`'{}'::jsonb`;
    // Several projects of one database may have validated the same tree.
    const onConflict = table.name === "validations" ? "on conflict (id) do nothing" : "";
    await this.#connection.query(
      sql`insert into ${name(`${target} (${names})`)} select ${name(values)}
          from (${items}) list, jsonb_populate_record(${name(`null::${target}`)}, list.item || ${own}) r
          order by list.position ${name(onConflict)}`,
    );
  }
}

function listOf(rows: Sql): Sql {
  return sql`jsonb_array_elements(${rows}) with ordinality as given (item, position)`;
}

function assertColumns(row: SourceRow, table: FactTable, columns: readonly Column[]): void {
  const wanted = columns.map((column) => column.name).filter((each) => !table.given.includes(each));
  const found = Object.keys(parseRow(row));
  const missing = wanted.find((each) => !found.includes(each));
  const unknown = found.find((each) => !wanted.includes(each));
  if (missing !== undefined)
    throw unreadable(row.line, `a row of ${table.name} lacks ${JSON.stringify(missing)}`);
  if (unknown !== undefined)
    throw unreadable(row.line, `a row of ${table.name} has no column ${JSON.stringify(unknown)}`);
}

function parseRow({ row, line }: SourceRow): object {
  try {
    return JSON.parse(row) as object;
  } catch (error) {
    throw unreadable(line, "it is not JSON", error);
  }
}

function unreadable(line: number, why: string, cause?: unknown): AasError {
  const cure = "Use the file as `aas db export` wrote it, or export again.";
  return new AasError("usage", `Line ${line} of the export cannot be read: ${why}.`, { cure, cause });
}

/** What the database refuses is a fault of the file, unless it says that it could not work at all. */
function explain(error: unknown, table: string, batch: readonly SourceRow[]): unknown {
  if (!isAasError(error)) return error;
  const place = `lines ${batch[0]?.line ?? 0} to ${batch.at(-1)?.line ?? 0} of the export`;
  const options = { cause: error };
  if (error.code === "conflict") {
    const cure = "They are in this database already, in another project: import them into another database.";
    return new AasError("conflict", `${table}, ${place}: ${error.message}`, { ...options, cure });
  }
  if (error.code !== "internal" && error.code !== "not_found") return error;
  const cure = "Use the file as `aas db export` wrote it, or export again.";
  return new AasError("usage", `${table}, ${place}, cannot be stored: ${error.message}`, {
    ...options,
    cure,
  });
}

/** A name that is ours, never a user's. */
export function name(text: string): Sql {
  return new Sql([text], []);
}
