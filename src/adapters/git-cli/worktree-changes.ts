import { lstat } from "node:fs/promises";
import type { Stats } from "node:fs";
import { AasError } from "../../domain/errors.ts";
import { codeOf } from "./loose-objects.ts";
import { assertNewPath } from "./names.ts";

/** Paths as bytes: files that are in the tree already may have names that are not UTF-8. */
export interface WorktreeChanges {
  readonly written: readonly Buffer[];
  readonly deleted: readonly Buffer[];
}

type Listed =
  | { readonly kind: "new"; readonly path: string }
  | { readonly kind: "tracked"; readonly path: string; readonly isSubmodule: boolean };

/** Sorts what `ls-files` names by what stands there now, and refuses what must not get into a commit. */
export async function listWorktreeChanges(root: string, output: Buffer): Promise<WorktreeChanges> {
  const written = new Set<string>();
  const deleted = new Set<string>();
  const look = rememberedLook(root);
  for (const listed of parseListed(output)) {
    const fate = listed.kind === "new" ? fateOfNew(listed.path) : await fateOfTracked(listed, look);
    if (fate === "written") written.add(listed.path);
    if (fate === "deleted") deleted.add(listed.path);
  }
  return { written: [...written].map(toBytes), deleted: [...deleted].map(toBytes) };
}

/** `? path` for a new file, `C mode object stage TAB path` (or `R …`) for one that changed or is gone. */
function parseListed(output: Buffer): Listed[] {
  const all = output.toString("latin1").split("\0").slice(0, -1);
  return all.map((token) => {
    if (token.startsWith("? ")) return { kind: "new", path: token.slice(2) };
    const path = token.slice(token.indexOf("\t") + 1);
    return { kind: "tracked", path, isSubmodule: token.slice(2).startsWith("160000 ") };
  });
}

type Fate = "written" | "deleted" | "kept";

function fateOfNew(path: string): Fate {
  const name = toBytes(path).toString();
  if (name.endsWith("/")) throw nestedRepository(name.slice(0, -1));
  assertNewPath(name);
  return "written";
}

async function fateOfTracked(
  listed: Listed & { readonly kind: "tracked" },
  look: (path: string) => Promise<Stats | null>,
): Promise<Fate> {
  const found = await look(listed.path);
  const name = toBytes(listed.path).toString();
  if (listed.isSubmodule) {
    // An empty folder stands for a submodule and gets lost easily; only another file in its place removes it.
    if (found === null) return "kept";
    if (found.isDirectory()) throw nestedRepository(name);
  }
  if (found === null || found.isDirectory()) return "deleted";
  if (found.isFile() || found.isSymbolicLink()) return "written";
  throw new AasError("not_allowed", `${JSON.stringify(name)} is neither a file nor a link.`);
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
