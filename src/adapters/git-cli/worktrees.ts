import { chmod, copyFile, mkdir, readFile, readdir, realpath, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { codeOf } from "../../domain/errno-code.ts";
import { AasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { ProcessEnvironment } from "./hardened-git.ts";
import { runGit } from "./run-git.ts";
import type { GitResult } from "./run-git.ts";
import { listWorktreeChanges, parseSubmodules } from "./worktree-changes.ts";
import { worktreeRecordsOf, worktreeRegistryOf } from "./worktree-registry.ts";

const deadlineMs = 10 * 60_000;
const maxTries = 6;

/** No git takes this long to write one line. */
const halfMadeMs = 10_000;

/**
 * Private checkouts below one folder. Each has an index of ours beside git's own, so that what a builder does with
 * git in there (add, commit, `--assume-unchanged`) changes nothing of what we commit.
 */
export class Worktrees {
  readonly #mirror: string;
  readonly #root: string;
  readonly #env: ProcessEnvironment;

  constructor(place: {
    readonly mirrorFolder: string;
    readonly root: string;
    readonly env: ProcessEnvironment;
  }) {
    this.#mirror = place.mirrorFolder;
    this.#root = place.root;
    this.#env = place.env;
  }

  async add(folder: string, commit: Sha): Promise<void> {
    const path = await this.#inside(folder);
    await mkdir(dirname(path), { recursive: true });
    await this.#addPatiently(folder, path, commit);
    const admin = await this.#get(path);
    await copyFile(join(admin, "index"), ourIndex(admin));
    await writeFile(ourParent(admin), commit);
  }

  /**
   * Git reads what is known of every worktree, and fails over one that another git is writing at that moment or was
   * writing when it died. The first passes; the second is removed.
   */
  async #addPatiently(folder: string, path: string, commit: Sha): Promise<void> {
    const args = ["worktree", "add", "--quiet", "--detach", "--force", "--", path, commit];
    for (let tries = 1; ; tries += 1) {
      await this.remove(folder);
      try {
        await this.#git("add a worktree", args, [0]);
        return;
      } catch (error) {
        if (tries === maxTries) throw error;
        await removeHalfMade(worktreeRecordsOf(this.#mirror));
        await sleep(10 * 2 ** tries);
      }
    }
  }

  /** Brings a checkout to another commit, whatever happened in it since; makes it where there is none. */
  async move(folder: string, commit: Sha): Promise<void> {
    const path = await this.#inside(folder);
    const [admin] = await this.#listOf(path);
    if (admin === undefined || !(await this.#isMoved(admin, path, commit))) await this.add(folder, commit);
  }

  async #isMoved(admin: string, path: string, commit: Sha): Promise<boolean> {
    const env = { ...this.#env, GIT_DIR: admin, GIT_WORK_TREE: path };
    const shared = { cwd: this.#mirror, env, deadlineMs, answers: [0, 1, 128, 255] };
    for (const args of [
      ["checkout", "--quiet", "--force", "--detach", commit, "--"],
      ["clean", "--quiet", "-ffdx"],
    ]) {
      const { exitCode } = await runGit({ ...shared, action: "bring a checkout to another commit", args });
      if (exitCode !== 0) return false;
    }
    return true;
  }

  async remove(folder: string): Promise<void> {
    const path = await this.#inside(folder);
    const known = await this.#listOf(path);
    if (known.length > 0) {
      // Git deletes a large tree with a third of our CPU time; what it refuses or leaves is ours to delete.
      const args = ["worktree", "remove", "--force", "--force", "--", path];
      await this.#git("remove a worktree", args, [0, 1, 128, 255]);
    }
    await removeFolder(path);
    for (const admin of await this.#listOf(path)) await rm(admin, { recursive: true, force: true });
  }

  /** The tree of everything in the worktree, seen from `parent`; null when nothing differs. */
  async writeTree(folder: string, parent: Sha): Promise<Sha | null> {
    const path = await this.#inside(folder);
    const admin = await this.#get(path);
    await rm(`${ourIndex(admin)}.lock`, { force: true });
    await this.#seeFrom(admin, path, parent);
    const listed = await this.#inWorktree(admin, path, {
      action: "list what changed in a worktree",
      args: ["ls-files", "-z", "-t", "--modified", "--deleted", "--others", "--exclude-standard"],
    });
    const submodules = async (): Promise<ReadonlySet<string>> => {
      const call = { action: "list submodules", args: ["ls-files", "-z", "--stage"] };
      return parseSubmodules((await this.#inWorktree(admin, path, call)).stdout);
    };
    const changes = await listWorktreeChanges(path, listed.stdout, submodules);
    if (changes.written.length + changes.deleted.length === 0) return null;
    // Until the new commit is known our index belongs to no commit: a repeat after a crash reads the parent again.
    await rm(ourParent(admin), { force: true });
    const update = ["update-index", "--add", "--remove", "--replace", "-z"];
    if (changes.deleted.length > 0) {
      const args = [...update, "--force-remove", "--stdin"];
      await this.#inWorktree(admin, path, { action: "take deletions", args, input: inZ(changes.deleted) });
    }
    if (changes.written.length > 0) {
      const args = [...update, "--stdin"];
      await this.#inWorktree(admin, path, { action: "take changes", args, input: inZ(changes.written) });
    }
    const { stdout } = await this.#inWorktree(admin, path, { action: "write a tree", args: ["write-tree"] });
    return toSha(stdout.toString("latin1").trim());
  }

  /** Says that our index is now that of this commit. */
  async settle(folder: string, commit: Sha): Promise<void> {
    await writeFile(ourParent(await this.#get(await this.#inside(folder))), commit);
  }

  async #seeFrom(admin: string, path: string, parent: Sha): Promise<void> {
    const seen = await readFile(ourParent(admin), "latin1").catch(() => "");
    if (seen === parent) return;
    await rm(ourParent(admin), { force: true });
    // -m keeps what our index knows of unchanged files, so that they need not be read again.
    const args = ["read-tree", "-m", parent];
    await this.#inWorktree(admin, path, { action: "read the parent of a worktree", args });
    await writeFile(ourParent(admin), parent);
  }

  async #inWorktree(
    admin: string,
    path: string,
    call: { readonly action: string; readonly args: readonly string[]; readonly input?: Buffer },
  ): Promise<GitResult> {
    const env = { ...this.#env, GIT_DIR: this.#mirror, GIT_WORK_TREE: path, GIT_INDEX_FILE: ourIndex(admin) };
    return await runGit({
      ...call,
      args: ["-c", "core.bare=false", ...call.args],
      cwd: path,
      env,
      deadlineMs,
    });
  }

  async #git(action: string, args: readonly string[], answers: readonly number[]): Promise<GitResult> {
    const cwd = worktreeRegistryOf(this.#mirror);
    return await runGit({ action, args, cwd, env: { ...this.#env, GIT_DIR: cwd }, answers, deadlineMs });
  }

  async #get(path: string): Promise<string> {
    const [admin] = await this.#listOf(path);
    if (admin !== undefined) return admin;
    throw new AasError("not_found", `There is no worktree at ${path}.`, {
      cure: "Add it again from its commit.",
    });
  }

  /** Asked of our registry, never of the `.git` file in the worktree: a builder can write that one. */
  async #listOf(path: string): Promise<string[]> {
    const folder = worktreeRecordsOf(this.#mirror);
    const found: string[] = [];
    for (const name of await readdir(folder).catch(() => [])) {
      const points = await readFile(join(folder, name, "gitdir"), "utf8").catch(() => "");
      if (points.trim() === join(path, ".git")) found.push(join(folder, name));
    }
    return found;
  }

  /** What is added and removed here is deleted without a question, so it must be strictly below our root. */
  async #inside(folder: string): Promise<string> {
    const parent = await nearestReal(dirname(folder));
    const path = join(parent, basename(folder));
    const below = relative(this.#root, path);
    if (isAbsolute(folder) && below !== "" && below.split(sep)[0] !== ".." && !isAbsolute(below)) return path;
    throw new AasError("not_allowed", `${folder} is not below the folder of our worktrees.`);
  }
}

/** What git was writing about a worktree when it died: the file is there, and empty. */
async function removeHalfMade(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name, "commondir")).catch(() => null);
    if (found === null || found.size > 0 || Date.now() - found.mtimeMs < halfMadeMs) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function ourIndex(admin: string): string {
  return join(admin, "aas-index");
}

function ourParent(admin: string): string {
  return join(admin, "aas-parent");
}

function inZ(paths: readonly Buffer[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [path, Buffer.from([0])]));
}

/** The real path of a folder that may not exist yet. */
async function nearestReal(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    return join(await nearestReal(dirname(folder)), basename(folder));
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!["EACCES", "EPERM"].includes(codeOf(error))) throw error;
    // Tools leave read-only folders behind (module caches): they can be emptied once they are writable.
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}
