import { Pool } from "pg";
import { type Connection, findRow, send } from "./connection.ts";
import { readMigrations } from "./migration-files.ts";
import { RowReader } from "./rows/row-reader.ts";
import { sql } from "./sql.ts";

export interface InspectedDatabase {
  /** `18.4` */
  readonly serverVersion: string;
  readonly isReadOnly: boolean;
  readonly tables: TablesState;
}

type TablesState =
  | { readonly kind: "missing" }
  | { readonly kind: "behind"; readonly applied: number; readonly known: number }
  | { readonly kind: "current"; readonly applied: number }
  /** A newer version of aas has written here: this one must not. */
  | { readonly kind: "newer"; readonly applied: number; readonly known: number };

/** Looks at a database and changes nothing. Throws when it does not answer. */
export async function inspectDatabase(url: string): Promise<InspectedDatabase> {
  return withConnection(url, async (connection) => {
    const row = await findRow(
      connection,
      sql`select current_setting('server_version') as id, current_setting('transaction_read_only') = 'on' as is_read_only,
            to_regclass('aas.migrations') is not null as has_tables`,
    );
    const reader = new RowReader("settings", row ?? {});
    const serverVersion = reader.text("id").split(" ")[0] ?? "";
    const tables: TablesState = reader.flag("has_tables") ? await readState(connection) : { kind: "missing" };
    return { serverVersion, isReadOnly: reader.flag("is_read_only"), tables };
  });
}

/** Whether a server has a database of this name; `url` names another database of it. */
export async function hasDatabase(url: string, name: string): Promise<boolean> {
  return withConnection(url, async (connection) => {
    return (await findRow(connection, sql`select datname from pg_database where datname = ${name}`)) !== null;
  });
}

async function readState(connection: Connection): Promise<TablesState> {
  const row = await findRow(connection, sql`select coalesce(max(number), 0) as number from aas.migrations`);
  const applied = new RowReader("migrations", row ?? {}, "number").integer("number");
  const known = (await readMigrations()).length;
  if (applied > known) return { kind: "newer", applied, known };
  return applied < known ? { kind: "behind", applied, known } : { kind: "current", applied };
}

async function withConnection<Result>(
  url: string,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 15_000 });
  pool.on("error", () => undefined);
  const connection: Connection = {
    query: (statement) => send(pool, statement),
    atomically: (inner) => inner(connection),
  };
  try {
    return await work(connection);
  } finally {
    await pool.end();
  }
}
