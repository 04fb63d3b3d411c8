import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";

/** Nothing that a repository says in its attributes may start a program, here or in a worktree of ours. */
export const attributes = "* !filter !diff !merge !ident !working-tree-encoding\n";

/** Whole or not at all, and only when it says something else. */
export async function replaceFile(path: string, content: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => null)) === content) return;
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  await writeFile(draft, content);
  await rename(draft, path);
}
