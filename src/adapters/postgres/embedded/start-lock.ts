import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AasError } from "../../../domain/errors.ts";
import { identityOf, isRunning } from "./process-identity.ts";

export interface StartLockOptions<T> {
  readonly lockFile: string;
  readonly deadlineAt: number;
  /** Asked while somebody else holds the lock: an answer ends the waiting. */
  readonly otherwise: () => Promise<T | null>;
}

const pollMs = 30;

/** One starter at a time, across processes. A holder that died (or is a zombie) is followed by exactly one other. */
export async function underStartLock<T>(options: StartLockOptions<T>, work: () => Promise<T>): Promise<T> {
  const token = `${identityOf(process.pid) ?? `${process.pid}-`}-${randomBytes(6).toString("hex")}`;
  while (!takeOnce(options.lockFile, token)) {
    const answer = await options.otherwise();
    if (answer !== null) return answer;
    if (Date.now() > options.deadlineAt) throw stillHeld(options.lockFile);
    await delay(pollMs);
  }
  try {
    removeLeftovers(options.lockFile);
    return await work();
  } finally {
    if (tokenIn(options.lockFile) === token) rmSync(options.lockFile, { force: true });
  }
}

/** The token is written before the name appears, so nobody ever reads half a lock. */
function takeOnce(lockFile: string, token: string): boolean {
  const draft = `${lockFile}.draft-${token}`;
  writeFileSync(draft, token, { mode: 0o600 });
  try {
    return take(lockFile, draft);
  } finally {
    rmSync(draft, { force: true });
  }
}

function take(lockFile: string, draft: string): boolean {
  if (linkIfFree(draft, lockFile)) return true;
  const holder = tokenIn(lockFile);
  if (holder === null || isHolderRunning(holder)) return false;
  return takeOver(lockFile, holder, draft);
}

/**
 * Two who find the same dead holder must not both follow it. A lock named after the dead holder's token decides, and
 * its winner looks again: only while it holds that lock can nobody else replace the dead one. Being a lock itself, it
 * survives the death of its own holder in the same way.
 */
function takeOver(lockFile: string, deadHolder: string, draft: string): boolean {
  const decision = `${lockFile}.after-${deadHolder.slice(-12)}`;
  if (!take(decision, draft)) return false;
  try {
    if (tokenIn(lockFile) !== deadHolder) return false;
    const replacement = `${draft}.next`;
    // Not a link to the draft: renaming one hard link over another of the same file does nothing.
    writeFileSync(replacement, readFileSync(draft), { mode: 0o600 });
    renameSync(replacement, lockFile);
    return true;
  } finally {
    rmSync(decision, { force: true });
  }
}

function linkIfFree(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isHolderRunning(token: string): boolean {
  return isRunning(token.slice(0, token.lastIndexOf("-")));
}

function tokenIn(lockFile: string): string | null {
  try {
    return readFileSync(lockFile, "utf8");
  } catch {
    return null;
  }
}

/** Drafts of processes that died between two system calls. */
function removeLeftovers(lockFile: string): void {
  const folder = dirname(lockFile);
  const prefix = `${basename(lockFile)}.draft-`;
  for (const name of readdirSync(folder).filter((each) => each.startsWith(prefix))) {
    const token = name.slice(prefix.length).replace(/\.next$/, "");
    if (!isHolderRunning(token)) rmSync(join(folder, name), { force: true });
  }
}

function stillHeld(lockFile: string): AasError {
  return new AasError(
    "database_unavailable",
    `another process (${tokenIn(lockFile) ?? "unknown"}) has been starting the database for too long`,
    {
      cure: `wait and try again; if that process hangs, end it: its pid is the first number in ${lockFile}`,
      retryable: true,
    },
  );
}
