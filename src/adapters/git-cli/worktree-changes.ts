import { lstat } from "node:fs/promises";
import type { Stats } from "node:fs";
import { codeOf } from "../../domain/errno-code.ts";
import { AasError } from "../../domain/errors.ts";
import { assertNewPath } from "./names.ts";

/** Paths as bytes: files that are in the tree already may have names that are not UTF-8. */
export interface WorktreeChanges {
  readonly written: readonly Buffer[];
  readonly deleted: readonly Buffer[];
}

interface Listed {
  readonly isNew: boolean;
  readonly path: string;
}

/** Sorts what `ls-files` names by what stands there now, and refuses what must not get into a commit. */
export async function listWorktreeChanges(
  root: string,
  output: Buffer,
  listSubmodules: () => Promise<ReadonlySet<string>>,
): Promise<WorktreeChanges> {
  const written = new Set<string>();
  const deleted = new Set<string>();
  const look = rememberedLook(root);
  for (const { isNew, path } of parseListed(output)) {
    const fate = isNew ? fateOfNew(path) : fateOfTracked(path, await look(path));
    if (fate === "written") written.add(path);
    else deleted.add(path);
  }
  if (deleted.size > 0) await keepSubmodules(deleted, look, await listSubmodules());
  return { written: [...written].map(toBytes), deleted: [...deleted].map(toBytes) };
}

/** The submodules among `mode object stage TAB path`. */
export function parseSubmodules(output: Buffer): ReadonlySet<string> {
  const all = output.toString("latin1").split("\0").slice(0, -1);
  return new Set(
    all.flatMap((line) => (line.startsWith("160000 ") ? [line.slice(line.indexOf("\t") + 1)] : [])),
  );
}

/** `? path` for a new file, `C path` (or `R path`) for one that changed or is gone. */
function parseListed(output: Buffer): Listed[] {
  const all = output.toString("latin1").split("\0").slice(0, -1);
  return all.map((token) => ({ isNew: token.startsWith("? "), path: token.slice(2) }));
}

/** An empty folder stands for a submodule and gets lost easily; only another file in its place removes it. */
async function keepSubmodules(
  deleted: Set<string>,
  look: (path: string) => Promise<Stats | null>,
  submodules: ReadonlySet<string>,
): Promise<void> {
  for (const path of deleted) {
    if (!submodules.has(path)) continue;
    if ((await look(path)) !== null) throw nestedRepository(toBytes(path).toString());
    deleted.delete(path);
  }
}

type Fate = "written" | "deleted";

function fateOfNew(path: string): Fate {
  const name = toBytes(path).toString();
  if (name.endsWith("/")) throw nestedRepository(name.slice(0, -1));
  assertNewPath(name);
  return "written";
}

function fateOfTracked(path: string, found: Stats | null): Fate {
  if (found === null || found.isDirectory()) return "deleted";
  if (found.isFile() || found.isSymbolicLink()) return "written";
  const name = JSON.stringify(toBytes(path).toString());
  throw new AasError("not_allowed", `${name} is neither a file nor a link.`);
}

/** Looks at a path without following a link anywhere on the way: what is behind a link is not in the worktree. */
function rememberedLook(root: string): (path: string) => Promise<Stats | null> {
  const folders = new Map<string, boolean>();
  async function isFolder(path: string): Promise<boolean> {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf("/");
    const isParentFolder = slash < 0 || (await isFolder(path.slice(0, slash)));
    const answer = isParentFolder && ((await lookAt(root, path))?.isDirectory() ?? false);
    folders.set(path, answer);
    return answer;
  }
  return async (path) => {
    const slash = path.lastIndexOf("/");
    if (slash >= 0 && !(await isFolder(path.slice(0, slash)))) return null;
    return await lookAt(root, path);
  };
}

async function lookAt(root: string, path: string): Promise<Stats | null> {
  try {
    return await lstat(Buffer.concat([Buffer.from(`${root}/`), toBytes(path)]));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
    throw error;
  }
}

function toBytes(path: string): Buffer {
  return Buffer.from(path, "latin1");
}

function nestedRepository(path: string): AasError {
  const cure = "Delete the `.git` in it, or keep it out of the worktree.";
  return new AasError("not_allowed", `${JSON.stringify(path)} is a git repository of its own.`, { cure });
}
