import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { attributes, replaceFile } from "./our-files.ts";

/**
 * Git keeps what it knows of worktrees in a repository, and whatever runs there reads all of it: a fetch fails over a
 * worktree that another git is just making, or was making when it died. So they have a repository of their own, with the
 * mirror's objects and no refs.
 */
export function worktreeRegistryOf(mirror: string): string {
  return join(mirror, "checkouts.git");
}

/** Where git writes about each worktree. */
export function worktreeRecordsOf(mirror: string): string {
  return join(worktreeRegistryOf(mirror), "worktrees");
}

export async function prepareWorktreeRegistry(mirror: string, config: string): Promise<void> {
  const registry = worktreeRegistryOf(mirror);
  for (const folder of ["objects/info", "refs", "info"])
    await mkdir(join(registry, folder), { recursive: true });
  await replaceFile(join(registry, "objects", "info", "alternates"), "../../objects\n");
  await replaceFile(join(registry, "config"), config);
  await replaceFile(join(registry, "info", "attributes"), attributes);
  await replaceFile(join(registry, "info", "exclude"), "");
  // Last, because git takes a folder without it for no repository.
  await replaceFile(join(registry, "HEAD"), "ref: refs/heads/main\n");
}
