import { constants, type Stats } from "node:fs";
import { mkdir, open, rename, rm, rmdir } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { isOfFullDisk } from "../../domain/full-disk.ts";
import { AasError, messageOf } from "../../domain/errors.ts";
import { findUnsafePath } from "./find-unsafe-path.ts";
import { statOrNull } from "./stat-or-null.ts";

export type WriteOutcome =
  | { readonly kind: "written" }
  /** Nothing was written. */
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/**
 * Writes all files or none. No symbolic link below the folder is followed or replaced; a file keeps its mode; what was
 * written before a failure is put back.
 */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<WriteOutcome> {
  const problems = await findProblems(folder, [...files.keys()]);
  if (problems.length > 0) return { kind: "refused", problems };
  const undo: Undo[] = [];
  const staged: Staged[] = [];
  try {
    for (const [path, text] of files) staged.push(await stage(folder, { path, text }, undo));
    for (const each of staged) await putInPlace(folder, each, undo);
  } catch (error) {
    throw toWriteError(error, await undoAll(undo));
  }
  for (const each of staged) await rm(each.backup, { force: true });
  return { kind: "written" };
}

type Undo = () => Promise<void>;

/** One step that fails must not keep the others from being taken. True: everything is as it was. */
async function undoAll(steps: readonly Undo[]): Promise<boolean> {
  let isUndone = true;
  for (const step of steps.toReversed()) {
    await step().catch(() => {
      isUndone = false;
    });
  }
  return isUndone;
}

async function findProblems(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const path of paths) {
    const inside = paths.find((other) => other.startsWith(`${path}/`));
    const reason =
      inside === undefined
        ? await findUnsafePath(folder, path)
        : `it would be a file and the folder of ${inside}`;
    if (reason !== null) problems.push(`${JSON.stringify(path)} cannot be written: ${reason}.`);
  }
  return problems;
}

interface Staged {
  readonly path: string;
  readonly target: string;
  readonly temporary: string;
  readonly backup: string;
}

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The text goes into a new file beside its target, so that the rename that follows is one step on one disk. */
async function stage(
  folder: string,
  { path, text }: { readonly path: string; readonly text: string },
  undo: Undo[],
): Promise<Staged> {
  const target = join(folder, path);
  await makeFolders(folder, dirname(path), undo);
  const name = join(dirname(target), `.aas-${randomUUID()}`);
  const staged = { path, target, temporary: `${name}.new`, backup: `${name}.old` };
  const before = await statOrNull(target);
  const file = await open(staged.temporary, newFile, 0o666);
  undo.push(() => rm(staged.temporary, { force: true }));
  try {
    await file.writeFile(text);
    if (before !== null) await file.chmod(modeOf(before));
  } finally {
    await file.close();
  }
  return staged;
}

function modeOf(stats: Stats): number {
  return stats.mode & 0o777;
}

async function makeFolders(folder: string, path: string, undo: Undo[]): Promise<void> {
  if (path === ".") return;
  await makeFolders(folder, dirname(path), undo);
  const made = join(folder, path);
  if ((await statOrNull(made)) !== null) return;
  await mkdir(made);
  undo.push(() => rmdir(made));
}

/** Looked at again right before: what is a link now was not one when the change was planned. */
async function putInPlace(folder: string, staged: Staged, undo: Undo[]): Promise<void> {
  const reason = await findUnsafePath(folder, staged.path);
  if (reason !== null) throw new Error(`${staged.path} changed while it was written: ${reason}`);
  if ((await statOrNull(staged.target)) !== null) {
    await rename(staged.target, staged.backup);
    undo.push(() => rename(staged.backup, staged.target));
  } else {
    undo.push(() => rm(staged.target, { force: true }));
  }
  await rename(staged.temporary, staged.target);
}

function toWriteError(error: unknown, isUndone: boolean): AasError {
  const isFull = isOfFullDisk(error);
  const left = isUndone ? "nothing was changed" : "some of them are changed";
  return new AasError(
    isFull ? "disk_full" : "internal",
    `The files could not be written, ${left}: ${messageOf(error)}`,
    { cause: error, ...(isFull ? { cure: "Make room on the disk and resume.", retryable: true } : {}) },
  );
}
