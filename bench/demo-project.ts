import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stopEmbeddedServer } from "../src/adapters/postgres/embedded/embedded-server.ts";
import { readLockHolder } from "../src/app/worker/process-lock.ts";
import { removeFolder } from "./scratch-folder.ts";

export const cliFile = fileURLToPath(new URL("../bin/aas.mjs", import.meta.url));

/** What `aas demo` leaves: a repository with one finished run, its warm database and its background worker. */
export interface DemoProject extends AsyncDisposable {
  readonly root: string;
  readonly stateFolder: string;
  readonly wallMs: number;
  /** The background worker, which stays a while when it is idle. */
  readonly workerPid: number;
}

export async function openDemoProject(): Promise<DemoProject> {
  const folder = mkdtempSync(join(tmpdir(), "aas-bench-"));
  // The database may run as another user, who must be able to pass.
  chmodSync(folder, 0o755);
  const startedAt = performance.now();
  const env = { ...process.env, TMPDIR: folder, CI: "true" };
  const child = spawn(process.execPath, [cliFile, "demo", "--yes"], { env, stdio: "ignore" });
  const [code] = (await once(child, "exit")) as [number | null];
  const wallMs = performance.now() - startedAt;
  const demo = join(folder, readdirSync(folder).find((name) => name.startsWith("aas-demo-")) ?? "");
  const stateFolder = join(demo, "state");
  const project = {
    root: join(demo, "todo"),
    stateFolder,
    wallMs,
    workerPid: findWorkerIn(stateFolder) ?? 0,
    [Symbol.asyncDispose]: async () => close(folder, stateFolder),
  };
  if (code === 0 && project.workerPid > 0) return project;
  await close(folder, stateFolder);
  throw new Error(`aas demo ended with ${code}`);
}

function findWorkerIn(stateFolder: string): number | null {
  const projects = join(stateFolder, "projects");
  const [name] = readdirSync(projects);
  return name === undefined ? null : readLockHolder(join(projects, name, "worker.lock"));
}

async function close(folder: string, stateFolder: string): Promise<void> {
  const pid = findWorkerIn(stateFolder);
  if (pid !== null) process.kill(pid, "SIGTERM");
  for (let look = 0; look < 100 && findWorkerIn(stateFolder) !== null; look += 1) await pause(100);
  await stopEmbeddedServer(stateFolder);
  await removeFolder(folder);
}
