import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sha } from "../../domain/ids.ts";
import { createRepository, temporaryFolder } from "../../testing/git-fixtures.ts";
import type { FixtureFiles } from "../../testing/git-fixtures.ts";
import { openGitMirror } from "./git-mirror.ts";
import type { GitMirror } from "./git-mirror.ts";
import { worktreeRecordsOf } from "./worktree-registry.ts";

const signed = {
  message: "feat: built",
  author: { name: "Ada", email: "a@b.c", at: new Date(1_800_000_000_000) },
};
const main = "refs/heads/main";

let folder: ReturnType<typeof temporaryFolder>;
let git: GitMirror;
let mirror: string;
let tree: string;

beforeEach(async () => {
  folder = temporaryFolder();
  mirror = join(folder.path, "mirror");
  tree = join(folder.path, "trees", "one");
  git = await openGitMirror({
    mirrorFolder: mirror,
    worktreeRoot: join(folder.path, "trees"),
    env: { PATH: process.env["PATH"] ?? "" },
  });
});

afterEach(async () => {
  await git.close();
  folder[Symbol.dispose]();
});

async function start(files: FixtureFiles): Promise<Sha> {
  const source = createRepository(join(folder.path, "source"), { files });
  await git.fetch(source.folder, [[main, main]]);
  const head = source.head();
  await git.addWorktree(tree, head);
  return head;
}

function recordOf(name: string): string {
  return join(worktreeRecordsOf(mirror), name);
}

async function commit(parent: Sha): Promise<Sha> {
  const made = await git.commitWorktree(tree, { parent, ...signed });
  if (made === null) throw new Error("Nothing differed.");
  return made;
}

test("a worktree replaces what a crashed attempt left, a folder deleted by hand included", async () => {
  const head = await start({ a: "1\n" });
  writeFileSync(join(tree, "junk"), "x");
  writeFileSync(join(recordOf("one"), "locked"), "initializing");
  writeFileSync(join(recordOf("one"), "index.lock"), "");

  await git.addWorktree(tree, head);
  expect(readdirSync(tree).toSorted()).toEqual([".git", "a"]);

  rmSync(tree, { recursive: true });
  await git.addWorktree(tree, head);

  rmSync(worktreeRecordsOf(mirror), { recursive: true });
  await git.addWorktree(tree, head);
  expect(await git.commitWorktree(tree, { parent: head, ...signed })).toBeNull();
});

test("a worktree is added beside one that another git is writing, or was writing when it died", async () => {
  const head = await start({ a: "1\n" });
  const [other, dead] = ["other", "dead"].map(recordOf) as [string, string];
  mkdirSync(other);
  writeFileSync(join(other, "gitdir"), "/nonexistent/.git\n");
  writeFileSync(join(other, "commondir"), "");
  setTimeout(() => writeFileSync(join(other, "commondir"), "../..\n"), 30);

  await git.addWorktree(tree, head);

  expect(existsSync(join(other, "commondir"))).toBe(true);
  mkdirSync(dead);
  writeFileSync(join(dead, "gitdir"), "/nonexistent/.git\n");
  writeFileSync(join(dead, "commondir"), "");
  utimesSync(join(dead, "commondir"), 0, 0);

  await git.addWorktree(tree, head);

  expect(existsSync(dead)).toBe(false);
});

test("what another git is writing about a worktree is in nobody's way who fetches", async () => {
  const head = await start({ a: "1\n" });
  writeFileSync(join(recordOf("one"), "HEAD"), `${"0".repeat(40)}\n`);
  const other = createRepository(join(folder.path, "other"), { files: { b: "2\n" } });

  await git.fetch(other.folder, [[main, "refs/heads/other"]]);

  expect(await git.resolve("refs/heads/other")).toBe(other.head());
  expect(await git.resolve(main)).toBe(head);
});

test("a removed worktree leaves nothing, and removing it again is fine", async () => {
  const head = await start({ a: "1\n", "deep/b": "2\n" });
  chmodSync(join(tree, "deep"), 0o500);

  // Git refuses to remove what does not point back to it; we do not.
  writeFileSync(join(tree, ".git"), "gitdir: /nonexistent\n");

  await git.removeWorktree(tree);
  await git.removeWorktree(tree);

  expect(existsSync(tree)).toBe(false);
  expect(existsSync(recordOf("one"))).toBe(false);
  await expect(commit(head)).rejects.toMatchObject({ code: "not_found" });
});

test("only what is below our folder is ever deleted", async () => {
  const head = await start({ a: "1\n" });
  const outside = join(folder.path, "precious");
  mkdirSync(outside);
  symlinkSync(outside, join(folder.path, "trees", "link"));

  for (const path of [
    outside,
    join(folder.path, "trees"),
    join(folder.path, "trees", "..", "precious"),
    join(folder.path, "trees", "link", "x"),
  ]) {
    await expect(git.addWorktree(path, head)).rejects.toMatchObject({ code: "not_allowed" });
    await expect(git.removeWorktree(path)).rejects.toMatchObject({ code: "not_allowed" });
  }
  await git.removeWorktree(join(folder.path, "trees", "link"));

  expect(lstatSync(outside).isDirectory()).toBe(true);
});
