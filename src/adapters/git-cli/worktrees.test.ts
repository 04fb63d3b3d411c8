import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sha } from "../../domain/ids.ts";
import { createRepository, runFixtureGit, temporaryFolder } from "../../testing/git-fixtures.ts";
import type { FixtureFiles } from "../../testing/git-fixtures.ts";
import { openGitMirror } from "./git-mirror.ts";
import type { GitMirror } from "./git-mirror.ts";
import { worktreeRegistryOf } from "./worktree-registry.ts";

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

async function commit(parent: Sha): Promise<Sha> {
  const made = await git.commitWorktree(tree, { parent, ...signed });
  if (made === null) throw new Error("Nothing differed.");
  return made;
}

async function kindsOf(sha: Sha): Promise<Record<string, string>> {
  return Object.fromEntries((await git.listFiles(sha)).map(({ path, kind }) => [path, kind]));
}

test("everything that differs is committed, ignored files only if tracked", async () => {
  await start({
    ".gitignore": "*.log\nout/\n",
    "kept.log": "tracked before it was ignored\n",
    "a.txt": "a\n",
    "gone.txt": "x\n",
    "run.sh": "#!/bin/sh\n",
    link: { link: "a.txt" },
  });
  runFixtureGit(join(folder.path, "source"), ["add", "--force", "kept.log"]);
  const withLog = createCommitIn("source");
  await git.fetch(join(folder.path, "source"), [[main, main]]);
  await git.addWorktree(tree, withLog);

  writeFileSync(join(tree, "kept.log"), "changed\n");
  writeFileSync(join(tree, "new.log"), "ignored\n");
  mkdirSync(join(tree, "out"));
  writeFileSync(join(tree, "out", "x"), "ignored\n");
  writeFileSync(join(tree, "ü ☃.txt"), "new\n");
  rmSync(join(tree, "gone.txt"));
  chmodSync(join(tree, "run.sh"), 0o755);
  rmSync(join(tree, "link"));
  symlinkSync("../../outside", join(tree, "link"));
  const made = await commit(withLog);

  expect(await kindsOf(made)).toEqual({
    ".gitignore": "file",
    "a.txt": "file",
    "kept.log": "file",
    link: "symlink",
    "run.sh": "executable",
    "ü ☃.txt": "file",
  });
  expect((await git.readFile(made, "kept.log"))?.toString()).toBe("changed\n");
  expect(await git.parentsOf(made)).toEqual([withLog]);
});

function createCommitIn(name: string): Sha {
  const source = join(folder.path, name);
  runFixtureGit(source, ["commit", "--quiet", "--message", "track a log"]);
  return runFixtureGit(source, ["rev-parse", "HEAD"]).trim() as Sha;
}

test("nothing that differs makes no commit", async () => {
  const head = await start({ "a.txt": "a\n" });
  writeFileSync(join(tree, "a.txt"), "b\n");
  writeFileSync(join(tree, "a.txt"), "a\n");

  expect(await git.commitWorktree(tree, { parent: head, ...signed })).toBeNull();
});

test("the same work committed twice is one commit, also after more work", async () => {
  const head = await start({ "a.txt": "a\n" });
  writeFileSync(join(tree, "a.txt"), "b\n");
  const one = await commit(head);

  expect(await commit(head)).toBe(one);
  writeFileSync(join(tree, "c.txt"), "c\n");
  const two = await commit(one);
  expect(await git.parentsOf(two)).toEqual([one]);
  expect((await git.changedFiles(one, two)).map(({ path }) => path)).toEqual(["c.txt"]);
  expect(await git.treeOf(await commit(head))).toBe(await git.treeOf(two));
});

test("what a builder does with git in the worktree does not change what is committed", async () => {
  const head = await start({ ".gitignore": "secret\n", "a.txt": "a\n", "b.txt": "b\n" });
  writeFileSync(join(tree, "secret"), "s\n");
  writeFileSync(join(tree, "b.txt"), "changed\n");
  writeFileSync(join(tree, "new.txt"), "new\n");
  runFixtureGit(tree, ["update-index", "--assume-unchanged", "b.txt"]);
  runFixtureGit(tree, ["add", "--force", "secret"]);
  runFixtureGit(tree, ["rm", "--quiet", "--cached", "a.txt"]);
  runFixtureGit(tree, ["add", "new.txt"]);
  runFixtureGit(tree, ["commit", "--quiet", "--message", "mine"]);
  writeFileSync(join(tree, ".git"), "gitdir: /nonexistent\n");

  const made = await commit(head);

  expect((await git.changedFiles(head, made)).map(({ path, change }) => [path, change])).toEqual([
    ["b.txt", "modified"],
    ["new.txt", "added"],
  ]);
  expect(await git.parentsOf(made)).toEqual([head]);
});

test("files become folders and folders become files or links", async () => {
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
  mkdirSync(join(folder.path, "outside"));
  renameSync(join(tree, "linked", "x"), join(folder.path, "outside", "x"));
  rmSync(join(tree, "linked"), { recursive: true });
  symlinkSync(join(folder.path, "outside"), join(tree, "linked"));

  const made = await commit(head);

  expect(await kindsOf(made)).toEqual({
    "file/inside": "file",
    folder: "file",
    linked: "symlink",
    other: "file",
  });
});

test("a link that hides tracked files deletes them, even when the link itself is ignored", async () => {
  const head = await start({ ".gitignore": "linked\n", a: "1\n", "lib/x": "2\n" });
  writeFileSync(join(tree, ".gitignore"), "lib\n");
  mkdirSync(join(folder.path, "outside"));
  writeFileSync(join(folder.path, "outside", "x"), "secret of the host\n");
  rmSync(join(tree, "lib"), { recursive: true });
  symlinkSync(join(folder.path, "outside"), join(tree, "lib"));

  const made = await commit(head);

  expect(await kindsOf(made)).toEqual({ ".gitignore": "file", a: "file" });
});

test("a nested repository is refused, with or without commits", async () => {
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
    const head = await start({ a: "1\n" });
    mkdirSync(join(tree, name, ".."), { recursive: true });
    writeFileSync(join(tree, name), "x\n");

    await expect(commit(head)).rejects.toMatchObject({ code: "not_allowed" });
  },
);

test("files of any name that are in the tree already can be changed and deleted", async () => {
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
  const source = createRepository(join(folder.path, "source"), { files: { a: "1\n" } });
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
  const head = await start({ a: "1\n" });
  makePipe(join(tree, "pipe"));
  expect(await git.commitWorktree(tree, { parent: head, ...signed })).toBeNull();
  rmSync(join(tree, "a"));
  makePipe(join(tree, "a"));

  await expect(commit(head)).rejects.toMatchObject({ code: "not_allowed" });
});

test("line endings follow .gitattributes as they do for the user; filters and hooks never run", async () => {
  const proof = join(folder.path, "ran");
  const head = await start({
    ".gitattributes": "*.bat text eol=crlf\n*.txt filter=evil diff=evil merge=evil\n",
    "x.bat": "one\n",
    "a.txt": "a\n",
  });
  const registry = worktreeRegistryOf(mirror);
  for (const repository of [mirror, registry]) plantEvil(repository, proof);
  await git.addWorktree(tree, head);
  expect(readFileSync(join(tree, "x.bat"), "latin1")).toBe("one\r\n");
  appendFileSync(join(tree, "x.bat"), "two\r\n");
  appendFileSync(join(tree, "a.txt"), "more\n");

  const made = await commit(head);

  expect((await git.readFile(made, "x.bat"))?.toString()).toBe("one\ntwo\n");
  expect((await git.readFile(made, "a.txt"))?.toString()).toBe("a\nmore\n");
  expect(existsSync(proof)).toBe(false);
  rmSync(join(registry, "info", "attributes"));
  runFixtureGit(tree, ["add", "a.txt"]);
  expect(existsSync(proof)).toBe(true);
});

/** Filters and hooks that leave a proof when they run. */
function plantEvil(repository: string, proof: string): void {
  for (const kind of ["clean", "smudge"]) {
    runFixtureGit(repository, ["config", `filter.evil.${kind}`, `touch ${proof}; cat`]);
  }
  mkdirSync(join(repository, "hooks"));
  for (const hook of ["post-checkout", "pre-commit", "reference-transaction", "post-index-change"]) {
    writeFileSync(join(repository, "hooks", hook), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  }
}

test("a tree of 2,000 files is checked out, changed and committed", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 2000 }, (_, at) => [`src/${at % 40}/file-${at}.ts`, `${at}\n`]),
  );
  const head = await start(files);
  for (let at = 0; at < 2000; at += 200) appendFileSync(join(tree, `src/${at % 40}/file-${at}.ts`), "more\n");

  const made = await commit(head);

  expect(await git.changedFiles(head, made)).toHaveLength(10);
  expect(await git.listFiles(made)).toHaveLength(2000);
});

function makePipe(path: string): void {
  const [program, ...args] = ["mkfifo", path];
  execFileSync(program, args);
}
