import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openEmbeddedServer,
  stopEmbeddedServer,
} from "../../src/adapters/postgres/embedded/embedded-server.ts";
import { findPostmaster } from "../../src/adapters/postgres/embedded/postmaster.ts";
import { layoutOf } from "../../src/adapters/postgres/embedded/server-layout.ts";
import { eventually } from "../../src/testing/durable-bench.ts";

export interface PrivateServer {
  readonly databaseUrl: string;
  /** Ends it without a word to its clients, as a power cut of its machine would. */
  crash(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const idleStopMs = 60_000;

/** A server of a test's own: the one of the run must not go away under other suites. */
export async function openPrivateServer(): Promise<PrivateServer> {
  const stateFolder = mkdtempSync(join(tmpdir(), "aas-server-"));
  chmodSync(stateFolder, 0o711);
  const { dataFolder } = layoutOf(stateFolder);
  const server = await openEmbeddedServer({ stateFolder, idleStopMs });
  return {
    databaseUrl: await server.openDatabase("durable"),
    async crash(): Promise<void> {
      const postmaster = findPostmaster(dataFolder);
      if (postmaster === null) throw new Error("The private server is not running");
      process.kill(postmaster, "SIGQUIT");
      await eventually("the server is gone", () => findPostmaster(dataFolder) === null);
    },
    async start(): Promise<void> {
      await openEmbeddedServer({ stateFolder, idleStopMs });
    },
    async remove(): Promise<void> {
      await eventually(
        "nobody is connected",
        async () => (await stopEmbeddedServer(stateFolder)) !== "in_use",
      );
      rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}
