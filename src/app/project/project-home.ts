import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AasError, messageOf } from "../../domain/errors.ts";
import { makeId, type ProjectId } from "../../domain/ids.ts";
import type { Environment } from "../environment.ts";
import { chooseStateFolder } from "./state-folder.ts";

/** One repository and the folder where we keep what belongs to it. */
export interface ProjectHome {
  readonly id: ProjectId;
  readonly name: string;
  /** The person's checkout. */
  readonly root: string;
  /** Ours alone: mirror, worktrees, logs. */
  readonly folder: string;
  readonly stateFolder: string;
}

/**
 * Finds the project that a folder belongs to, by looking for its git folder and nothing else: this is on the path of
 * every command, so no git is started here.
 */
export function findProjectHome(folder: string, env: Environment): ProjectHome {
  const root = findRoot(resolve(folder));
  if (root === null) {
    throw new AasError("repository_invalid", `${folder} is not in a git repository.`, {
      cure: "Run it inside one, or make one: git init && aas init",
    });
  }
  const gitFolder = commonGitFolder(root);
  const name = nameOf(root, gitFolder);
  const stateFolder = stateFolderOf(gitFolder) ?? chooseStateFolder(env);
  const unique = hashOf(gitFolder);
  const safeName = name.replaceAll(/[^A-Za-z0-9._-]/gu, "_").slice(0, 40);
  const ours = join(stateFolder, "projects", `${safeName}-${unique.slice(0, 8)}`);
  const remote = remoteOf(ours);
  const id = makeId("prj", remote === null ? unique : hashOf(remote));
  return { id, name, root, folder: ours, stateFolder };
}

/** A worktree has the name of the repository it belongs to: the folder of ours is named after it. */
function nameOf(root: string, gitFolder: string): string {
  return basename(gitFolder) === ".git" ? basename(dirname(gitFolder)) : basename(root);
}

function findRoot(folder: string): string | null {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, ".git"))) return realpathSync(current);
    if (isBareRepository(current)) {
      throw new AasError(
        "repository_invalid",
        `${current} is a bare repository: there is no checkout to work from.`,
        {
          cure: "Clone it and run aas in the clone.",
        },
      );
    }
    if (dirname(current) === current) return null;
  }
}

function isBareRepository(folder: string): boolean {
  return (
    existsSync(join(folder, "HEAD")) &&
    existsSync(join(folder, "objects")) &&
    existsSync(join(folder, "refs"))
  );
}

/** Clones of one remote are one project, wherever they are: that is how the machines of a team share it. */
function remoteOf(folder: string): string | null {
  const file = projectFileIn(folder);
  if (!existsSync(file)) return null;
  const settings = readProjectFile(file) as { readonly remote?: { readonly url: string } | null } | null;
  return settings?.remote?.url ?? null;
}

/** The file is ours, but anybody may have written in it since. */
export function readProjectFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    throw new AasError("config_invalid", `${file} cannot be read: ${messageOf(error)}.`, {
      cure: "Delete it, then: aas init",
      cause: error,
    });
  }
}

/** What `aas init` settled for a clone. */
export function projectFileIn(folder: string): string {
  return join(folder, "project.json");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** A clone may keep its state elsewhere than the person's other projects: a file in its git folder names the place. */
function stateFolderOf(gitFolder: string): string | null {
  const file = join(gitFolder, stateFolderFile);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/** Written into a clone's git folder, so that every later command finds the same place without a variable. */
export function keepStateIn(root: string, stateFolder: string): void {
  writeFileSync(join(commonGitFolder(root), stateFolderFile), `${stateFolder}\n`);
}

const stateFolderFile = "aas-state-folder";

/** Worktrees of one repository are one project. */
export function commonGitFolder(root: string): string {
  const dotGit = join(root, ".git");
  if (statSync(dotGit).isDirectory()) return realpathSync(dotGit);
  const gitDir = resolve(root, readFileSync(dotGit, "utf8").replace("gitdir:", "").trim());
  const common = join(gitDir, "commondir");
  return existsSync(common)
    ? realpathSync(resolve(gitDir, readFileSync(common, "utf8").trim()))
    : realpathSync(gitDir);
}

export function mirrorFolderOf(home: ProjectHome): string {
  return join(home.folder, "mirror.git");
}

export function workerLogOf(home: ProjectHome): string {
  return join(home.folder, "worker.log");
}
