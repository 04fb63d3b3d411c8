import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sha } from "../../domain/ids.ts";
import { runFixtureGit } from "../../testing/git-fixtures.ts";
import { worktreeRegistryOf } from "./worktree-registry.ts";
import { main, openWorktreeLab, signed, type WorktreeLab } from "./worktree-lab.fixture.ts";

let lab: WorktreeLab;

beforeEach(async () => {
  lab = await openWorktreeLab();
});

afterEach(() => lab[Symbol.asyncDispose]());

test("everything that differs is committed, ignored files only if tracked", async () => {
  const { commit, folder, git, kindsOf, start, tree } = lab;
  await start({
    ".gitignore": "*.log\nout/\n",
    "kept.log": "tracked before it was ignored\n",
    "a.txt": "a\n",
    "gone.txt": "x\n",
    "run.sh": "#!/bin/sh\n",
    link: { link: "a.txt" },
  });
  runFixtureGit(join(folder, "source"), ["add", "--force", "kept.log"]);
  const withLog = createCommitIn(join(folder, "source"));
  await git.fetch(join(folder, "source"), [[main, main]]);
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

function createCommitIn(source: string): Sha {
  runFixtureGit(source, ["commit", "--quiet", "--message", "track a log"]);
  return runFixtureGit(source, ["rev-parse", "HEAD"]).trim() as Sha;
}

test("nothing that differs makes no commit", async () => {
  const { git, start, tree } = lab;
  const head = await start({ "a.txt": "a\n" });
  writeFileSync(join(tree, "a.txt"), "b\n");
  writeFileSync(join(tree, "a.txt"), "a\n");

  expect(await git.commitWorktree(tree, { parent: head, ...signed })).toBeNull();
});

test("the same work committed twice is one commit, also after more work", async () => {
  const { commit, git, start, tree } = lab;
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
  const { commit, git, start, tree } = lab;
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

test("line endings follow .gitattributes as they do for the user; filters and hooks never run", async () => {
  const { commit, folder, git, mirror, start, tree } = lab;
  const proof = join(folder, "ran");
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
  const { commit, git, start, tree } = lab;
  const files = Object.fromEntries(
    Array.from({ length: 2000 }, (_, at) => [`src/${at % 40}/file-${at}.ts`, `${at}\n`]),
  );
  const head = await start(files);
  for (let at = 0; at < 2000; at += 200) appendFileSync(join(tree, `src/${at % 40}/file-${at}.ts`), "more\n");

  const made = await commit(head);

  expect(await git.changedFiles(head, made)).toHaveLength(10);
  expect(await git.listFiles(made)).toHaveLength(2000);
});
