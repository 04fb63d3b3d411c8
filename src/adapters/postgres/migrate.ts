import { Pool } from "pg";
import { AasError } from "../../domain/errors.ts";
import { type Connection, type PoolLike, send } from "./connection.ts";
import { type Migration, readMigrations } from "./migration-files.ts";
import { RowReader } from "./rows/row-reader.ts";
import { rowOf, Sql, sql } from "./sql.ts";
import { inTransaction } from "./transaction.ts";

export interface MigrationResult {
  readonly from: number;
  readonly to: number;
}

/** Brings the tables of a database to what this code expects; nothing happens when they are there already. */
export async function migrateDatabase(url: string): Promise<MigrationResult> {
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 15_000 });
  pool.on("error", () => undefined);
  try {
    return await migratePool(pool, await readMigrations());
  } finally {
    await pool.end();
  }
}

/** All pending migrations in one transaction, under a lock that ends with it: two starters never meet. */
export async function migratePool(
  pool: PoolLike,
  migrations: readonly Migration[],
): Promise<MigrationResult> {
  const direct: Pick<Connection, "query"> = { query: (statement) => send(pool, statement) };
  const before = await readApplied(direct);
  if (findPending(before, migrations).length === 0) return { from: before.length, to: before.length };
  return inTransaction(pool, async (connection) => {
    await connection.query(sql`select pg_advisory_xact_lock(${lockKey}::bigint)`);
    const applied = await readApplied(connection);
    const pending = findPending(applied, migrations);
    if (applied.length === 0) await connection.query(bookkeeping);
    for (const migration of pending) await apply(connection, migration);
    return { from: applied.length, to: applied.length + pending.length };
  });
}

/** Any number will do, as long as it stays the same. */
const lockKey = 4_119_200_001;

/** A team's database may have made the schema itself and allow no more. */
const bookkeeping = sql`
  do $$ begin
    if to_regnamespace('aas') is null then create schema aas; end if;
  end $$;
  create table if not exists aas.migrations (
    number bigint primary key,
    name text not null,
    content_hash text not null,
    applied_at timestamptz not null default now()
  )`;

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly contentHash: string;
}

async function readApplied(connection: Pick<Connection, "query">): Promise<readonly AppliedMigration[]> {
  const { rows: found } = await connection.query(
    sql`select 1 from pg_tables where schemaname = 'aas' and tablename = 'migrations'`,
  );
  if (found.length === 0) return [];
  const { rows } = await connection.query(sql`select * from aas.migrations order by number`);
  return rows.map((from) => {
    const row = new RowReader("migrations", from, "number");
    return {
      number: row.integer("number"),
      name: row.text("name"),
      contentHash: row.text("content_hash"),
    };
  });
}

function findPending(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): readonly Migration[] {
  const newest = applied.at(-1);
  if (newest !== undefined && newest.number > migrations.length) throw databaseIsNewer(newest, migrations);
  for (const [index, before] of applied.entries()) {
    const now = migrations[index];
    if (now?.name !== before.name || now.contentHash !== before.contentHash) throw migrationWasEdited(before);
  }
  return migrations.slice(applied.length);
}

function databaseIsNewer(newest: AppliedMigration, migrations: readonly Migration[]): AasError {
  return new AasError(
    "database_newer",
    `The database was changed by a newer aas (${newest.name}); this one knows ${migrations.length} migrations.`,
    { cure: "npm install aas@latest" },
  );
}

function migrationWasEdited(before: AppliedMigration): AasError {
  return new AasError(
    "internal",
    `The migration ${before.name} was applied to this database with another content than this code has.`,
    { cure: "Restore the file as it was released, and write a new migration instead." },
  );
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
  await connection.query(new Sql([migration.sql], []));
  const row = rowOf({
    number: migration.number,
    name: migration.name,
    content_hash: migration.contentHash,
  });
  await connection.query(sql`insert into aas.migrations ${row}`);
}
