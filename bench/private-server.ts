import { chmodSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedServer, stopEmbeddedServer } from "../src/adapters/postgres/embedded/embedded-server.ts";
import { layoutOf } from "../src/adapters/postgres/embedded/server-layout.ts";
import { migrateDatabase } from "../src/adapters/postgres/migrate.ts";
import { removeFolder } from "./scratch-folder.ts";

/** A PostgreSQL of the benchmarks' own, as the product starts it; gone with the scope, or by itself if we are killed. */
export interface PrivateServer extends AsyncDisposable {
  readonly folder: string;
  readonly postmasterPid: number;
  /** An empty database with our tables. */
  makeDatabase(name: string): Promise<string>;
}

const idleStopMs = 120_000;

export async function openPrivateServer(): Promise<PrivateServer> {
  const folder = mkdtempSync(join(tmpdir(), "aas-bench-"));
  // The server may run as another user, who must be able to pass.
  chmodSync(folder, 0o755);
  const stateFolder = join(folder, "state");
  const server = await openEmbeddedServer({ stateFolder, idleStopMs });
  return {
    folder,
    postmasterPid: postmasterOf(stateFolder),
    makeDatabase: async (name) => {
      const url = await server.openDatabase(name);
      await migrateDatabase(url);
      return url;
    },
    [Symbol.asyncDispose]: async () => {
      await stopEmbeddedServer(stateFolder);
      await removeFolder(folder);
    },
  };
}

export function postmasterOf(stateFolder: string): number {
  const [pid] = readFileSync(join(layoutOf(stateFolder).dataFolder, "postmaster.pid"), "utf8").split("\n");
  return Number(pid);
}
