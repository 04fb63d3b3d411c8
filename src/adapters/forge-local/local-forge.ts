import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Forge, MoveBaseOutcome, MoveBaseRequest, StageRequest } from "../../ports/forge.ts";
import type { Git } from "../../ports/git.ts";

/** Where the base branch lives: our own bare repository, or a remote that others use too. */
export type BaseHome =
  | {
      readonly kind: "own";
      /** The person's repository; commits made there on the base come in before each look. */
      readonly repository: string;
    }
  | { readonly kind: "remote"; readonly url: string };

export interface LocalForgeOptions {
  readonly git: Git;
  readonly home: BaseHome;
  /** Where our own records of pull requests are written. */
  readonly recordFolder: string;
}

const maxTries = 10;

/** A forge without a server: branches and tags in a bare repository, pull requests as records of our own. */
export class LocalForge implements Forge {
  readonly name = "local";
  readonly #options: LocalForgeOptions;

  constructor(options: LocalForgeOptions) {
    this.#options = options;
  }

  async fetchBase(branch: string): Promise<Sha | null> {
    const { git, home } = this.#options;
    const ref = `refs/heads/${branch}`;
    if (home.kind === "own") {
      await this.#takeIn(home.repository, branch);
      return git.resolve(ref);
    }
    const missing = await git.fetch(home.url, [[ref, remoteBaseRef(branch)]]);
    return missing.length > 0 ? null : git.resolve(remoteBaseRef(branch));
  }

  /** What the person committed on the base since comes first; two histories that parted are theirs to join. */
  async #takeIn(repository: string, branch: string): Promise<void> {
    const { git } = this.#options;
    const theirs = `refs/aas/checkout/${branch}`;
    const missing = await git.fetch(repository, [[`refs/heads/${branch}`, theirs]]);
    if (missing.length > 0) return;
    const [ours, seen] = [await git.resolve(`refs/heads/${branch}`), await git.resolve(theirs)];
    if (seen === null || seen === ours) return;
    if (ours !== null && (await git.isAncestor(seen, ours))) return;
    if (ours !== null && !(await git.isAncestor(ours, seen))) {
      throw new AasError("base_diverged", `${branch} in your repository and aas/${branch} have parted.`, {
        cure: `git fetch aas && git merge aas/${branch}`,
      });
    }
    await git.updateRef(`refs/heads/${branch}`, { expected: ours, next: seen });
  }

  async stage(request: StageRequest): Promise<{ readonly pullRequest: string | null }> {
    await this.#setRef(request.stagingRef, request.sha);
    const { recordFolder } = this.#options;
    await mkdir(recordFolder, { recursive: true });
    const file = join(recordFolder, `${request.stagingRef.split("/").at(-1) ?? "change"}.md`);
    const record = [
      `# ${request.title}`,
      "",
      `${request.stagingRef} ${request.sha} into ${request.branch}`,
      "",
      request.body,
    ];
    await writeFile(file, `${record.join("\n")}\n`);
    return { pullRequest: file };
  }

  async unstage(stagingRef: string): Promise<void> {
    await this.#setRef(stagingRef, null);
  }

  async tag(name: string, sha: Sha): Promise<void> {
    await this.#setRef(`refs/tags/${name}`, sha);
  }

  async untag(name: string): Promise<void> {
    await this.#setRef(`refs/tags/${name}`, null);
  }

  /**
   * Refs of our own making may be set again: the last word wins. Ours comes last: as long as it is not there yet, a
   * crash makes somebody look at the other side again.
   */
  async #setRef(ref: string, next: Sha | null): Promise<void> {
    const { home } = this.#options;
    if (home.kind === "remote") await this.#setTheirRef(home.url, ref, next);
    await this.#setOurRef(ref, next);
  }

  async #setTheirRef(url: string, ref: string, next: Sha | null): Promise<void> {
    const { git } = this.#options;
    let expected = await git.resolve(ref);
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const outcome = await git.push(url, { ref, expected, next });
      if (outcome.kind === "pushed") return;
      if (outcome.kind === "refused") return giveUp(ref, next, outcome.reason);
      expected = outcome.actual;
    }
    throw contended(ref);
  }

  async #setOurRef(ref: string, next: Sha | null): Promise<void> {
    const { git } = this.#options;
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const expected = await git.resolve(ref);
      if (expected === next || (await git.updateRef(ref, { expected, next }))) return;
    }
    throw contended(ref);
  }

  async moveBase(request: MoveBaseRequest): Promise<MoveBaseOutcome> {
    const { git, home } = this.#options;
    const { branch, ...move } = request;
    const ref = `refs/heads/${branch}`;
    const { expected, next } = move;
    if (home.kind === "remote") {
      const outcome = await git.push(home.url, { ref, ...move });
      return outcome.kind === "pushed" ? { kind: "landed" } : outcome;
    }
    if (await git.updateRef(ref, { expected, next })) return { kind: "landed" };
    const actual = await git.resolve(ref);
    return actual === next ? { kind: "landed" } : { kind: "moved", actual };
  }
}

/** A ref that the other side keeps is in nobody's way; one that it does not take would show people nothing. */
function giveUp(ref: string, next: Sha | null, reason: string): void {
  if (next === null) return;
  throw new AasError("not_allowed", `${ref} was refused: ${reason}`, {
    cure: `Let whoever lands here push ${ref.replace(/[^/]*$/u, "*")}.`,
    retryable: true,
  });
}

function contended(ref: string): AasError {
  return new AasError("git_failed", `${ref} is being changed by others.`, { retryable: true });
}

/** Our copy of the branch of a remote. */
export function remoteBaseRef(branch: string): string {
  return `refs/aas/base/${branch}`;
}
