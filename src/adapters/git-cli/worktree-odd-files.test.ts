import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRepository } from "../../testing/git-fixtures.ts";
import { main, openWorktreeLab, signed, type WorktreeLab } from "./worktree-lab.fixture.ts";

let lab: WorktreeLab;

beforeEach(async () => {
  lab = await openWorktreeLab();
});

afterEach(() => lab[Symbol.asyncDispose]());

test("files become folders and folders become files or links", async () => {
  const { commit, folder, kindsOf, start, tree } = lab;
  const head = await start({
    file: "1\n",
    "folder/x": "2\n",
    "folder/y": "3\n",
    "linked/x": "4\n",
    other: "5\n",
  });
  rmSync(join(tree, "file"));
  mkdirSync(join(tree, "file"));
  writeFileSync(join(tree, "file", "inside"), "new\n");
  rmSync(join(tree, "folder"), { recursive: true });
  writeFileSync(join(tree, "folder"), "now a file\n");
  mkdirSync(join(folder, "outside"));
  renameSync(join(tree, "linked", "x"), join(folder, "outside", "x"));
  rmSync(join(tree, "linked"), { recursive: true });
  symlinkSync(join(folder, "outside"), join(tree, "linked"));

  const made = await commit(head);

  expect(await kindsOf(made)).toEqual({
    "file/inside": "file",
    folder: "file",
    linked: "symlink",
    other: "file",
  });
});

test("a link that hides tracked files deletes them, even when the link itself is ignored", async () => {
  const { commit, folder, kindsOf, start, tree } = lab;
  const head = await start({ ".gitignore": "linked\n", a: "1\n", "lib/x": "2\n" });
  writeFileSync(join(tree, ".gitignore"), "lib\n");
  mkdirSync(join(folder, "outside"));
  writeFileSync(join(folder, "outside", "x"), "secret of the host\n");
  rmSync(join(tree, "lib"), { recursive: true });
  symlinkSync(join(folder, "outside"), join(tree, "lib"));

  const made = await commit(head);

  expect(await kindsOf(made)).toEqual({ ".gitignore": "file", a: "file" });
});

test("a nested repository is refused, with or without commits", async () => {
  const { commit, kindsOf, start, tree } = lab;
  const head = await start({ a: "1\n" });
  createRepository(join(tree, "nested"), { files: { b: "1\n" } });

  await expect(commit(head)).rejects.toMatchObject({ code: "not_allowed" });

  rmSync(join(tree, "nested"), { recursive: true });
  createRepository(join(tree, "empty"));
  writeFileSync(join(tree, "empty", "b"), "1\n");
  await expect(commit(head)).rejects.toMatchObject({ code: "not_allowed" });

  rmSync(join(tree, "empty", ".git"), { recursive: true });
  expect(await kindsOf(await commit(head))).toEqual({ a: "file", "empty/b": "file" });
});

test.each([["new\nline"], ["-dash"], [".GIT/config"], ["git~1"], ["back\\slash"]])(
  "a new file called %j is refused",
  async (name) => {
    const { commit, start, tree } = lab;
    const head = await start({ a: "1\n" });
    mkdirSync(join(tree, name, ".."), { recursive: true });
    writeFileSync(join(tree, name), "x\n");

    await expect(commit(head)).rejects.toMatchObject({ code: "not_allowed" });
  },
);

test("files of any name that are in the tree already can be changed and deleted", async () => {
  const { commit, git, start, tree } = lab;
  const head = await start({ "new\nline": "1\n", "-dash": "2\n", "back\\slash": "3\n" });
  appendFileSync(join(tree, "new\nline"), "more\n");
  appendFileSync(join(tree, "-dash"), "more\n");
  rmSync(join(tree, "back\\slash"));

  const made = await commit(head);

  expect((await git.changedFiles(head, made)).map(({ path, change }) => [path, change])).toEqual([
    ["-dash", "modified"],
    ["back\\slash", "deleted"],
    ["new\nline", "modified"],
  ]);
});

test("a submodule stays what it is, and its folder may be missing", async () => {
  const { commit, folder, git, tree } = lab;
  const source = createRepository(join(folder, "source"), { files: { a: "1\n" } });
  source.git("update-index", "--add", "--cacheinfo", `160000,${source.head()},sub`);
  source.git("commit", "--quiet", "--message", "with a submodule");
  const head = source.head();
  await git.fetch(source.folder, [[main, main]]);
  await git.addWorktree(tree, head);
  rmSync(join(tree, "sub"), { recursive: true });

  expect(await git.commitWorktree(tree, { parent: head, ...signed })).toBeNull();
  createRepository(join(tree, "sub"), { files: { evil: "1\n" } });
  await expect(commit(head)).rejects.toMatchObject({ code: "not_allowed" });
});

test("a pipe in place of a file is refused, beside files it is no part of the work", async () => {
  const { commit, git, start, tree } = lab;
  const head = await start({ a: "1\n" });
  makePipe(join(tree, "pipe"));
  expect(await git.commitWorktree(tree, { parent: head, ...signed })).toBeNull();
  rmSync(join(tree, "a"));
  makePipe(join(tree, "a"));

  await expect(commit(head)).rejects.toMatchObject({ code: "not_allowed" });
});

function makePipe(path: string): void {
  const [program, ...args] = ["mkfifo", path];
  execFileSync(program, args);
}
