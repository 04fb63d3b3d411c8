import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { codeOf } from "../../domain/errno-code.ts";
import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import { explainByDisk } from "./explain-by-disk.ts";
import type { Frame, LongLivedGit } from "./long-lived-git.ts";
import { assertRefName } from "./names.ts";

export interface RefChange {
  readonly expected: Sha | null;
  readonly next: Sha | null;
}

const nowhere = "0".repeat(40);
const maxTries = 10;
/** Git holds the lock of a ref for milliseconds; one this old was left by a process that died. */
const deadLockMs = 30_000;

/** The refs of the mirror: read from their files, changed by compare-and-swap through one `git update-ref --stdin`. */
export class RefStore {
  readonly #mirror: string;
  readonly #updateRef: LongLivedGit;

  constructor(mirrorFolder: string, updateRef: LongLivedGit) {
    this.#mirror = mirrorFolder;
    this.#updateRef = updateRef;
  }

  async resolve(ref: string): Promise<Sha | null> {
    return readRef(this.#mirror, ref);
  }

  async update(ref: string, change: RefChange): Promise<boolean> {
    assertRefName(ref);
    for (let tried = 1; ; tried += 1) {
      try {
        await this.#updateRef.ask(renderChange(ref, change), parseCommitted);
        return true;
      } catch (error) {
        if (error instanceof AasError && error.code === "timeout") throw error;
        if ((await this.resolve(ref)) !== change.expected) return false;
        // It is where it was expected: another process holds its lock, or the change itself is impossible.
        if (tried >= maxTries || !(error instanceof AasError && error.retryable))
          throw await explainByDisk(error, this.#mirror);
        await this.#removeDeadLock(ref);
        await pause(25);
      }
    }
  }

  async #removeDeadLock(ref: string): Promise<void> {
    for (const path of [`${ref}.lock`, "packed-refs.lock"].map((name) => join(this.#mirror, name))) {
      const found = await stat(path).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs > deadLockMs) await rm(path, { force: true });
    }
  }
}

/**
 * Read from the files, because git's own way to look up a name guesses: a missing `refs/heads/x-gabc1234` would be found
 * as the object `abc1234`.
 */
export async function readRef(mirror: string, ref: string): Promise<Sha | null> {
  assertRefName(ref);
  return (await readLoose(mirror, ref)) ?? (await readPacked(mirror, ref)) ?? (await readLoose(mirror, ref));
}

async function readLoose(mirror: string, ref: string): Promise<Sha | null> {
  try {
    const text = (await readFile(join(mirror, ref), "latin1")).trim();
    return toSha(text);
  } catch (error) {
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes(codeOf(error))) return null;
    const cure = `Write the commit that it should name into ${join(mirror, ref)}, or delete that file if nobody needs its work.`;
    throw new AasError("git_failed", `The ref ${ref} of the mirror is damaged.`, { cause: error, cure });
  }
}

async function readPacked(mirror: string, ref: string): Promise<Sha | null> {
  try {
    const text = await readFile(join(mirror, "packed-refs"), "utf8");
    const line = text.split("\n").find((each) => each.slice(41) === ref && each[40] === " ");
    return line === undefined ? null : toSha(line.slice(0, 40));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
    throw error;
  }
}

function renderChange(ref: string, { expected, next }: RefChange): string {
  return `start\n${renderCommand(ref, expected, next)}\ncommit\n`;
}

function renderCommand(ref: string, expected: Sha | null, next: Sha | null): string {
  if (expected === next) return `verify ${ref} ${expected ?? nowhere}`;
  if (next === null) return `delete ${ref} ${expected ?? nowhere}`;
  return `update ${ref} ${next} ${expected ?? nowhere}`;
}

const committed = "start: ok\ncommit: ok\n";

function parseCommitted(received: Buffer): Frame<true> {
  if (received.length < committed.length) return { kind: "partial", atLeast: committed.length };
  if (received.toString("latin1") !== committed)
    throw new Error(`update-ref said ${received.toString("latin1")}`);
  return { kind: "complete", value: true };
}
