import type { Connection } from "../connection.ts";
import type { FactTable } from "./fact-tables.ts";
import { type Row, RowReader } from "../rows/row-reader.ts";
import { sql } from "../sql.ts";

export interface Column {
  readonly name: string;
  readonly isRequiredJson: boolean;
}

export interface Columns {
  readonly columns: readonly Column[];
  readonly generated: readonly string[];
}

/** Read from the database itself, so that a column of a later migration is copied without a word here. */
export async function describeColumns(connection: Connection, table: FactTable): Promise<Columns> {
  const { rows } = await connection.query(
    sql`select attname::text as id, attgenerated <> '' as is_generated,
          attnotnull and atttypid = 'jsonb'::regtype as is_required_json
        from pg_attribute
        where attrelid = ${`aas.${table.name}`}::regclass and attnum > 0 and not attisdropped order by attnum`,
  );
  const readers = rows.map((row: Row) => new RowReader("pg_attribute", row));
  return {
    generated: readers.filter(isGenerated).map((reader) => reader.text("id")),
    columns: readers
      .filter((reader) => !isGenerated(reader))
      .map((reader) => ({ name: reader.text("id"), isRequiredJson: reader.flag("is_required_json") })),
  };
}

function isGenerated(reader: RowReader): boolean {
  return reader.flag("is_generated");
}
