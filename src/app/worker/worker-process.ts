import { spawn } from "node:child_process";
import { mkdirSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";
import { type ProcessLock, readLockHolder, tryProcessLock } from "./process-lock.ts";
import type { OpenedStore } from "../project/open-store.ts";
import { type ProjectHome, workerLogOf } from "../project/project-home.ts";

/** One background worker per project on this machine; the lock goes with its process. */
export function takeWorkerLock(home: ProjectHome): ProcessLock | null {
  return tryProcessLock(workerLockOf(home));
}

export function findWorker(home: ProjectHome): number | null {
  return readLockHolder(workerLockOf(home));
}

/**
 * A worker lives for days beside a person's other programs, and V8 would let garbage pile up as long as the machine has
 * memory: new objects get less room, and the old ones are looked through when they are half as many again.
 */
export const workerMemoryFlags = ["--max-semi-space-size=4", "--heap-growing-percent=50"] as const;

/** Starts a detached worker unless one lives. It survives this process and ends by itself when it is idle. */
export function ensureWorker(home: ProjectHome): void {
  if (findWorker(home) !== null) return;
  mkdirSync(home.folder, { recursive: true });
  const log = openSync(workerLogOf(home), "a", 0o600);
  const command = [join(packageRoot(), "bin", "aas.mjs"), "worker", "--background"];
  const child = spawn(process.execPath, [...workerMemoryFlags, ...command], {
    cwd: home.root,
    detached: true,
    stdio: ["ignore", log, log],
    // npm names the folder it was called from; the worker stands in the project.
    env: { ...process.env, INIT_CWD: home.root },
  });
  child.on("error", () => undefined);
  child.unref();
  closeSync(log);
}

function workerLockOf(home: ProjectHome): string {
  return join(home.folder, "worker.lock");
}

/** With facts that only one process may open, no background worker can help: this process has to do the work itself. */
export function ensureWorkerIfNeeded(project: {
  readonly home: ProjectHome;
  readonly store: OpenedStore;
}): void {
  if (project.store.choice.kind !== "pglite") ensureWorker(project.home);
}
