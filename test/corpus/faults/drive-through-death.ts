import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { KillPoint } from "../../../src/testing/fault-server/cases/case-schema.ts";
import type { FaultCase } from "../../../src/testing/fault-server/cases/fault-case.ts";

export interface Death {
  /** Called by the server, at the point where the case wants its client dead. */
  readonly kill: () => Promise<void>;
  /** Returns when the client is dead; at once where nobody has to die. */
  readonly until: (place: DeadlyPlace) => Promise<void>;
}

export type DeadlyPlace = Pick<FaultCase, "vendor" | "provider"> & {
  readonly url: string;
  readonly key: string;
};

const client = fileURLToPath(new URL("asking-client.fixture.ts", import.meta.url));
const patienceMs = 120_000;

/** A client in a process of its own, which is killed in the middle of its work. */
export function driveThroughDeath(kill: KillPoint | null, databaseUrl: string): Death {
  let child: ChildProcess | null = null;
  return {
    kill: async () => {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    until: async ({ vendor, provider, url, key }) => {
      if (kill === null) return;
      const told = { vendor, provider, url, key, databaseUrl };
      child = spawn(process.execPath, [client, JSON.stringify(told)], {
        stdio: ["ignore", "ignore", "inherit"],
        timeout: patienceMs,
        killSignal: "SIGTERM",
      });
      const [, signal] = (await once(child, "exit")) as [number | null, string | null];
      if (signal !== "SIGKILL") throw new Error(`The client was to be killed ${kill}, and was not.`);
    },
  };
}
