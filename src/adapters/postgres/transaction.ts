import { AasError } from "../../domain/errors.ts";
import {
  type Connection,
  type PoolClientLike,
  type PoolLike,
  type QueryResult,
  retrySerialization,
  send,
} from "./connection.ts";
import { isConnectionLost, toDatabaseError } from "./database-errors.ts";
import { type Sql, sql } from "./sql.ts";

/**
 * The isolation is named because a server's default may be another. A process that is stopped in the middle (a laptop
 * that sleeps) must not hold its locks for ever; the limit ends with the transaction.
 */
const begin = sql`begin isolation level read committed; set local idle_in_transaction_session_timeout = '60s'`;

/** The statements of one transaction, one after the other. */
class TransactionConnection implements Connection {
  readonly #client: PoolClientLike;
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(client: PoolClientLike) {
    this.#client = client;
  }

  /** Callers may ask at once; the driver wants one statement at a time. */
  async query(statement: Sql): Promise<QueryResult> {
    if (this.#isOver) throw new AasError("internal", "A store was used after its transaction had ended.");
    const result = this.#last.then(() => send(this.#client, statement));
    this.#last = result.catch(() => null);
    return result;
  }

  async atomically<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    return work(this);
  }

  /** Waits for statements nobody awaited, then refuses more. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#last;
  }
}

/** Everything or nothing. `shouldCommit` looks at the result; the work may run again after a deadlock. */
export async function inTransaction<Result>(
  pool: PoolLike,
  work: (connection: Connection) => Promise<Result>,
  shouldCommit: (result: Result) => boolean = () => true,
): Promise<Result> {
  return retrySerialization(() => tryTransaction(pool, work, shouldCommit));
}

async function tryTransaction<Result>(
  pool: PoolLike,
  work: (connection: Connection) => Promise<Result>,
  shouldCommit: (result: Result) => boolean,
): Promise<Result> {
  const client = await connect(pool);
  client.on("error", ignoreLoss);
  const connection = new TransactionConnection(client);
  let isUsable = false;
  try {
    await send(client, begin);
    const result = await work(connection);
    await connection.finish();
    await (shouldCommit(result) ? commit(client) : send(client, sql`rollback`));
    isUsable = true;
    return result;
  } catch (error) {
    await connection.finish();
    isUsable = !isConnectionLost(error) && (await isRolledBack(client));
    throw error;
  } finally {
    if (isUsable) client.off("error", ignoreLoss);
    client.release(!isUsable);
  }
}

async function connect(pool: PoolLike): Promise<PoolClientLike> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/** A connection that breaks between two statements says so as an event, which would end the process if nobody listened. */
function ignoreLoss(): void {
  // The next statement fails, and that is answered.
}

/** PostgreSQL answers the commit of a failed transaction with ROLLBACK and no error. */
async function commit(client: PoolClientLike): Promise<void> {
  const { command } = await send(client, sql`commit`);
  if (command === "COMMIT") return;
  throw new AasError("internal", "A statement of the transaction had failed unnoticed; nothing was written.");
}

async function isRolledBack(client: PoolClientLike): Promise<boolean> {
  try {
    await send(client, sql`rollback`);
    return true;
  } catch {
    return false;
  }
}
