import { spawn } from "node:child_process";
import { mkdirSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.ts";
import { type ProcessLock, readLockHolder, tryProcessLock } from "./process-lock.ts";
import type { OpenedStore } from "./open-store.ts";
import { type ProjectHome, workerLogOf } from "./project-home.ts";

/** One background worker per project on this machine; the lock goes with its process. */
export function takeWorkerLock(home: ProjectHome): ProcessLock | null {
  return tryProcessLock(workerLockOf(home));
}

export function findWorker(home: ProjectHome): number | null {
  return readLockHolder(workerLockOf(home));
}

/** Starts a detached worker unless one lives. It survives this process and ends by itself when it is idle. */
export function ensureWorker(home: ProjectHome): void {
  if (findWorker(home) !== null) return;
  mkdirSync(home.folder, { recursive: true });
  const log = openSync(workerLogOf(home), "a", 0o600);
  const child = spawn(process.execPath, [join(packageRoot(), "bin", "aas.mjs"), "worker", "--background"], {
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
