import { AasError } from "../../domain/errors.ts";
import { isSerializationFailure, toDatabaseError } from "./database-errors.ts";
import type { Row } from "./rows/row-reader.ts";
import type { Sql } from "./sql.ts";

/** What we use of `pg.Pool`; PGlite's pool has it too. */
export interface PoolLike {
  query(text: string, values?: unknown[]): Promise<QueryResult>;
  connect(): Promise<PoolClientLike>;
  on(event: "error", listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

export interface PoolClientLike {
  query(text: string, values?: unknown[]): Promise<QueryResult>;
  release(destroy?: boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

export interface QueryResult {
  readonly rows: readonly Row[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** Where a store's statements run: each on its own through the pool, or all in one transaction. */
export interface Connection {
  query(statement: Sql): Promise<QueryResult>;
  /** Several statements as one: in the transaction under way, or in one of their own. */
  atomically<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>;
}

/** Inserts what must be new. A conflict is found without failing the transaction around it. */
export async function insertNew(connection: Connection, statement: Sql, what: string): Promise<void> {
  const { rowCount } = await connection.query(statement);
  if (rowCount === 0) throw new AasError("conflict", `${what} exists already.`);
}

/** Whether a conditional write found the row as it was read. */
export async function isChanged(connection: Connection, statement: Sql): Promise<boolean> {
  const { rowCount } = await connection.query(statement);
  return rowCount === 1;
}

export async function findRow(connection: Connection, statement: Sql): Promise<Row | null> {
  const { rows } = await connection.query(statement);
  return rows[0] ?? null;
}

/** One statement through pool or client, with the driver's failures named. */
export async function send(target: Pick<PoolLike, "query">, statement: Sql): Promise<QueryResult> {
  try {
    return await target.query(statement.text, [...statement.values]);
  } catch (error) {
    throw toDatabaseError(error);
  }
}

const maxTries = 6;

/** Runs again what the database undid because of others. Anything else is passed on. */
export async function retrySerialization<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === maxTries || !isSerializationFailure(error)) throw error;
      await pause(Math.random() * 10 * 2 ** tries);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
