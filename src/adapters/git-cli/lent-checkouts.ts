import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Sha } from "../../domain/ids.ts";
import type { Worktrees } from "./worktrees.ts";

/**
 * Checkouts that are only looked at. They stay and are brought from commit to commit: in a repository of 5,000 files that
 * takes a fifth of the CPU time of a new one, and most commits that are judged differ in a few files.
 */
export class LentCheckouts {
  readonly #worktrees: Worktrees;
  readonly #root: string;
  /** Nobody else's, so that no two processes ever bring the same folder to different commits. */
  readonly #prefix = `checkout-${process.pid}-${randomBytes(4).toString("hex")}`;
  readonly #free: string[] = [];
  readonly #all: string[] = [];
  #swept: Promise<void> | null = null;

  constructor(worktrees: Worktrees, root: string) {
    this.#worktrees = worktrees;
    this.#root = root;
  }

  async lend<Result>(commit: Sha, use: (folder: string) => Promise<Result>): Promise<Result> {
    await (this.#swept ??= this.#sweep());
    const folder = this.#free.pop() ?? this.#another();
    try {
      await this.#worktrees.move(folder, commit);
      return await use(folder);
    } finally {
      this.#free.push(folder);
    }
  }

  async close(): Promise<void> {
    for (const folder of this.#all) await this.#worktrees.remove(folder);
  }

  #another(): string {
    const folder = join(this.#root, `${this.#prefix}-${this.#all.length + 1}`);
    this.#all.push(folder);
    return folder;
  }

  /** Those of processes that died before they could remove them. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#root)) {
      const pid = /^checkout-(?<pid>\d+)-/u.exec(name)?.groups?.["pid"];
      if (pid !== undefined && !isTaken(Number(pid))) await this.#worktrees.remove(join(this.#root, name));
    }
  }
}

function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
