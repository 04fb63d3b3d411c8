import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";
import type { BugName } from "./planted-bugs.ts";

const fixture = fileURLToPath(new URL("asking-client.fixture.ts", import.meta.url));
const patienceMs = 60_000;

export interface AskingClient {
  readonly vendor: Vendor;
  readonly url: string;
  readonly key: string;
  readonly databaseUrl: string;
  readonly callMs: number;
  readonly bug: BugName | null;
}

export interface ClientEnd {
  readonly signal: NodeJS.Signals | null;
  /** Every crash point that it came to, in order. */
  readonly points: readonly string[];
}

/** A process that asks, and dies by SIGKILL at a point; null: nowhere. */
export async function runAskingClient(told: AskingClient, crashAt: string | null): Promise<ClientEnd> {
  using folder = temporaryFolder("aas-asking-");
  const traceFile = join(folder.path, "trace");
  writeFileSync(traceFile, "");
  const child = spawn(process.execPath, [fixture, JSON.stringify(told)], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, AAS_CRASH_AT: crashAt ?? "", AAS_CRASH_TRACE: traceFile },
    timeout: patienceMs,
    killSignal: "SIGTERM",
  });
  const [, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  const lines = readFileSync(traceFile, "utf8").trim().split("\n");
  return { signal, points: lines.map((line) => line.slice(line.indexOf(" ") + 1)) };
}
