import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { clearDoor } from "./closing-door.ts";
import { hasProc, identityOf, isPidTaken, processesIn, workingFolderOf } from "./process-identity.ts";
import type { ServerLayout } from "./server-layout.ts";

const orphansQuitMs = 1500;
const orphansEndMs = 5000;

/** Pid of the server on this data folder. A number in postmaster.pid alone proves nothing: it may be reused, or a zombie. */
export function findPostmaster(dataFolder: string): number | null {
  const pid = pidIn(join(dataFolder, "postmaster.pid"));
  if (pid === null || identityOf(pid) === null) return null;
  if (hasProc()) return workingFolderOf(pid) === dataFolder ? pid : null;
  return commandOf(pid).includes(dataFolder) ? pid : null;
}

/**
 * Ends what a killed server left: its children keep the shared memory, and a new server waits for them. Nothing is lost
 * by it, the next start recovers from the log as it must anyway.
 */
export async function endProcessesIn(folder: string): Promise<void> {
  const startedAt = Date.now();
  for (let pids = processesIn(folder); pids.length > 0; pids = processesIn(folder)) {
    const age = Date.now() - startedAt;
    if (age > orphansEndMs) return;
    for (const pid of pids) endProcess(pid, age > orphansQuitMs ? "SIGKILL" : "SIGQUIT");
    await delay(20);
  }
}

/**
 * Removes what PostgreSQL would stumble over, called under the start lock with no server alive. A lock file that names
 * a pid nobody has is left to PostgreSQL, which looks into its shared memory too.
 */
export function clearStaleFiles(layout: ServerLayout): void {
  for (const file of [join(layout.dataFolder, "postmaster.pid"), `${layout.socketFile}.lock`]) {
    const pid = pidIn(file);
    if (pid === null || isPidTaken(pid)) rmSync(file, { force: true });
  }
  clearDoor(layout);
}

/** Fast shutdown: clients are cut off, the log is flushed. */
export function endProcess(pid: number, signal: "SIGINT" | "SIGQUIT" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function pidIn(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", timeout: 5000 });
  } catch {
    return "";
  }
}
