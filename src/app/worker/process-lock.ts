import { createHash, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A file that one living process holds. A holder that died does not count, and neither does another process with its number. */
export interface ProcessLock {
  /** False when somebody took the file away, and perhaps the lock after it. */
  isHeld(): boolean;
  release(): void;
}

const maxTries = 10;

export function tryProcessLock(file: string): ProcessLock | null {
  mkdirSync(dirname(file), { recursive: true });
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (take(file)) return heldLock(file);
    const holder = readHolder(file);
    if (holder === null) continue;
    if (livingPid(holder) !== null) return null;
    if (takeOver(file, holder)) return heldLock(file);
  }
  return null;
}

/** The living process that holds the lock; null when nobody does. */
export function readLockHolder(file: string): number | null {
  const holder = readHolder(file);
  return holder === null ? null : livingPid(holder);
}

function heldLock(file: string): ProcessLock {
  let isReleased = false;
  const isHeld = (): boolean => !isReleased && readLockHolder(file) === process.pid;
  return {
    isHeld,
    release: () => {
      if (isHeld()) rmSync(file, { force: true });
      isReleased = true;
    },
  };
}

/** The lock appears with our name in it or not at all: nobody ever reads half of it. */
function take(file: string): boolean {
  return withOwnName(file, (own) => {
    try {
      linkSync(own, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  });
}

/**
 * Puts our name in the place of a dead one. Only who holds the right to replace exactly this one may do so, and it is a
 * lock like this: who was slower finds another name there, and leaves it.
 */
function takeOver(file: string, dead: string): boolean {
  const name = createHash("sha256").update(dead).digest("hex").slice(0, 16);
  const right = tryProcessLock(`${file}.after-${name}`);
  if (right === null) return false;
  try {
    if (readHolder(file) !== dead) return false;
    withOwnName(file, (own) => renameSync(own, file));
    return true;
  } finally {
    right.release();
  }
}

function withOwnName<Result>(file: string, use: (own: string) => Result): Result {
  const own = `${file}.${randomUUID()}`;
  try {
    writeFileSync(own, `${process.pid} ${startTimeOf(process.pid) ?? ""}\n`, { mode: 0o600, flag: "wx" });
    return use(own);
  } finally {
    rmSync(own, { force: true });
  }
}

function readHolder(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function livingPid(holder: string): number | null {
  const [pid = "", startedAt = ""] = holder.trim().split(" ");
  return startTimeOf(Number(pid)) === startedAt ? Number(pid) : null;
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
