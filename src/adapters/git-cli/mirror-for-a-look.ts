import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hardenedEnvironment } from "./hardened-git.ts";
import type { GitEnvironment } from "./hardened-git.ts";
import { prepareMirror } from "./mirror-folder.ts";
import { readRef } from "./ref-store.ts";

export interface MirrorForALook {
  /** Where it is made; whoever looks deletes it. */
  readonly folder: string;
  /** The real one, which may be missing or damaged. */
  readonly mirrorFolder: string;
  /** The git folder of the person's repository. */
  readonly gitFolder: string;
  readonly env: GitEnvironment;
}

/**
 * Makes a mirror that borrows the objects of the person's repository and of ours, and knows the refs named. What is
 * fetched into it, or moved in it, goes away with it: a look changes nothing.
 */
export async function prepareMirrorForALook(
  { folder, mirrorFolder, gitFolder, env }: MirrorForALook,
  refs: readonly string[],
): Promise<void> {
  await prepareMirror(folder, hardenedEnvironment(env));
  // The person's come first: what is damaged in ours may be whole there.
  const lenders = [join(gitFolder, "objects"), join(mirrorFolder, "objects")];
  const present = (await Promise.all(lenders.map(isFolder))).flatMap((is, at) => (is ? lenders[at] : []));
  await mkdir(join(folder, "objects", "info"), { recursive: true });
  await writeFile(join(folder, "objects", "info", "alternates"), `${present.join("\n")}\n`);
  for (const ref of refs) await copyRef(ref, mirrorFolder, folder);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

async function copyRef(ref: string, from: string, to: string): Promise<void> {
  const sha = await readRef(from, ref);
  if (sha === null) return;
  const file = join(to, ref);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${sha}\n`);
}
