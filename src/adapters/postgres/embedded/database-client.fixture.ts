/** A program that opens the embedded server, adds a row, tells what it saw, and holds its connection until stdin ends. */
import { once } from "node:events";
import { statSync } from "node:fs";
import { Client } from "pg";
import { isAasError, messageOf } from "../../../domain/errors.ts";
import { openEmbeddedServer } from "./embedded-server.ts";
import type { PlatformPackage } from "./platform-package.ts";
import { findPlatformPackage } from "./platform-package.ts";

export interface ClientRequest {
  readonly stateFolder: string;
  readonly database?: string;
  readonly idleStopMs?: number;
  readonly source?: PlatformPackage;
  readonly umask?: number;
}

export type ClientReport =
  | {
      readonly kind: "connected";
      readonly uid: number;
      readonly serverUid: number;
      readonly socketMode: string;
      readonly systemId: string;
      readonly startedAt: string;
      readonly version: string;
      readonly rows: number;
    }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly message: string;
      readonly cure: string | null;
    };

async function run(request: ClientRequest): Promise<ClientReport> {
  if (request.umask !== undefined) process.umask(request.umask);
  const options = { stateFolder: request.stateFolder, idleStopMs: request.idleStopMs ?? 20_000 };
  const server = await openEmbeddedServer(options, () => request.source ?? findPlatformPackage());
  const client = new Client({ connectionString: await server.openDatabase(request.database ?? "first") });
  client.on("error", () => undefined);
  await client.connect();
  await addRow(client);
  const { rows } = await client.query<{ systemId: string; startedAt: string; version: string; rows: number }>(
    `select (select system_identifier::text from pg_control_system()) as "systemId",
       pg_postmaster_start_time()::text as "startedAt", current_setting('cluster_name') as version,
       (select count(*)::int from visits) as rows`,
  );
  const [seen = { systemId: "", startedAt: "", version: "", rows: 0 }] = rows;
  const socket = statSync(server.socketFolder);
  const owner = {
    uid: process.getuid?.() ?? -1,
    serverUid: socket.uid,
    socketMode: (socket.mode & 0o777).toString(8),
  };
  return { kind: "connected", ...owner, ...seen };
}

/** Two may make the table at once: PostgreSQL tells the later one so. */
async function addRow(client: Client): Promise<void> {
  await client.query("create table if not exists visits (pid integer)").catch(() => undefined);
  await client.query("insert into visits values ($1)", [process.pid]);
}

function toReport(error: unknown): ClientReport {
  if (!isAasError(error)) return { kind: "failed", code: "none", message: messageOf(error), cure: null };
  return { kind: "failed", code: error.code, message: error.message, cure: error.cure };
}

const report = await run(JSON.parse(process.argv[2] ?? "{}") as ClientRequest).catch(toReport);
process.stdout.write(`${JSON.stringify(report)}\n`);
if (report.kind === "connected") {
  process.stdin.resume();
  await once(process.stdin, "end");
}
process.exit(0);
