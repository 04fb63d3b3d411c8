import { serverPort, serverUser } from "./server-layout.ts";

/** A server lives when it answers a query; postmaster.pid and `pg_ctl status` also speak for dead ones. */
export type ServerAnswer =
  | {
      readonly kind: "answered";
      /** Version of the binaries the server runs on, which it carries as its cluster name. */
      readonly treeVersion: string;
      readonly databases: readonly string[];
    }
  | { readonly kind: "silent"; readonly cause: unknown };

const question = `select current_setting('cluster_name') as version,
  array(select datname::text from pg_database where datallowconn) as databases`;
const answerWithinMs = 5000;
/** A new database is a copy of some megabytes, on a disk that may be slow. */
const createWithinMs = 60_000;

export async function askServer(socketFolder: string): Promise<ServerAnswer> {
  try {
    const rows = await queryServer<{ version: string; databases: string[] }>(
      socketFolder,
      question,
      answerWithinMs,
    );
    const row = rows[0];
    if (row === undefined) return { kind: "silent", cause: new Error("the server answered without a row") };
    return { kind: "answered", treeVersion: row.version, databases: row.databases };
  } catch (cause) {
    return { kind: "silent", cause };
  }
}

/** One statement on a connection of its own to the maintenance database. */
async function queryServer<Row>(
  socketFolder: string,
  sql: string,
  withinMs: number,
): Promise<readonly Row[]> {
  const { Client } = await import("pg");
  const client = new Client({
    host: socketFolder,
    port: serverPort,
    user: serverUser,
    database: "postgres",
    ssl: false,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: withinMs,
  });
  // A server that dies between answer and goodbye says so here; without a listener it would end this process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Row & Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

/** From template0, because template1 cannot be copied while somebody is connected to it. */
export async function createDatabase(socketFolder: string, name: string): Promise<void> {
  try {
    await queryServer(socketFolder, `create database "${name}" template template0`, createWithinMs);
  } catch (cause) {
    if (!isDuplicate(cause)) throw cause;
  }
}

/** Of two who make it at once, the later one hears one of these, depending on how late. */
function isDuplicate(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "42P04" || cause.code === "23505");
}
