import { mkdirSync, openSync, closeSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A file that one living process holds. A holder that died does not count, and neither does another process with its number. */
export interface ProcessLock {
  release(): void;
}

export function tryProcessLock(file: string): ProcessLock | null {
  mkdirSync(dirname(file), { recursive: true });
  for (let tries = 0; tries < 3; tries += 1) {
    if (createExclusively(file)) return { release: () => rmSync(file, { force: true }) };
    if (readLockHolder(file) !== null) return null;
    rmSync(file, { force: true });
  }
  return null;
}

/** The living process that holds the lock; null when nobody does. */
export function readLockHolder(file: string): number | null {
  try {
    const [pid = "", startedAt = ""] = readFileSync(file, "utf8").trim().split(" ");
    return startTimeOf(Number(pid)) === startedAt ? Number(pid) : null;
  } catch {
    return null;
  }
}

function createExclusively(file: string): boolean {
  try {
    const descriptor = openSync(file, "wx", 0o600);
    writeSync(descriptor, `${process.pid} ${startTimeOf(process.pid) ?? ""}\n`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** When a process started, by the kernel's count; null for one that is dead or a zombie. Elsewhere than Linux: "alive". */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
  } catch {
    return process.platform === "linux" ? null : aliveElsewhere(pid);
  }
}

function aliveElsewhere(pid: number): string | null {
  try {
    process.kill(pid, 0);
    return "alive";
  } catch {
    return null;
  }
}
