import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";

/**
 * "pid-start": with the start time (from /proc, empty elsewhere) a process is told from a later one that got the same pid.
 * Null when there is none, or only a zombie: `kill(pid, 0)` lies about those.
 */
export function identityOf(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return hasProc() || !answersSignal(pid) ? null : `${pid}-`;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const isGone = fields[0] === "Z" || fields[0] === "X";
  return isGone ? null : `${pid}-${fields[19] ?? ""}`;
}

export function isRunning(identity: string): boolean {
  const pid = Number.parseInt(identity, 10);
  return Number.isSafeInteger(pid) && pid > 0 && identityOf(pid) === identity;
}

/** True for a pid that is in use at all, be it by a zombie. */
export function isPidTaken(pid: number): boolean {
  return hasProc() ? existsSync(`/proc/${pid}`) : answersSignal(pid);
}

/** Processes working in a folder: PostgreSQL's all sit in their data folder. Empty where there is no /proc. */
export function processesIn(folder: string): readonly number[] {
  if (!hasProc()) return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && workingFolderOf(pid) === folder);
}

/** Null for a process that is gone, a zombie, or not ours to look at. */
export function workingFolderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

export function hasProc(): boolean {
  return existsSync("/proc/self/stat");
}

function answersSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
