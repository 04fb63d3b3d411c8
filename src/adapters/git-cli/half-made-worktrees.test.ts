import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRepository, temporaryFolder } from "../../testing/git-fixtures.ts";
import { openGitMirror } from "./git-mirror.ts";

test("a worktree is added beside one that another git is writing, or was writing when it died", async () => {
  using folder = temporaryFolder();
  const repository = createRepository(join(folder.path, "repository"), { files: { a: "1\n" } });
  const mirror = join(folder.path, "mirror.git");
  const trees = join(folder.path, "trees");
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  await using git = await openGitMirror({ mirrorFolder: mirror, worktreeRoot: trees, env });
  await git.fetch(repository.folder, [["refs/heads/main", "refs/heads/main"]]);
  const living = halfMade(mirror, "living");
  const dead = halfMade(mirror, "dead");
  utimesSync(dead, 0, 0);
  setTimeout(() => writeFileSync(living, "../..\n"), 30);

  await git.addWorktree(join(trees, "one"), repository.head());

  expect(readFileSync(join(trees, "one", "a"), "utf8")).toBe("1\n");
  expect(existsSync(living)).toBe(true);
  expect(existsSync(dead)).toBe(false);
});

/** As git leaves it between making the file and writing its line. */
function halfMade(mirror: string, name: string): string {
  const folder = join(mirror, "worktrees", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "gitdir"), "/nonexistent/.git\n");
  writeFileSync(join(folder, "commondir"), "");
  return join(folder, "commondir");
}
