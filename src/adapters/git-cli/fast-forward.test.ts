import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sha } from "../../domain/ids.ts";
import type { Checkout, FastForwardOutcome } from "../../ports/checkout.ts";
import { createRepository, runFixtureGit, temporaryFolder } from "../../testing/git-fixtures.ts";
import type { FixtureFiles, FixtureRepository } from "../../testing/git-fixtures.ts";
import { openUserCheckout } from "./user-checkout.ts";

const checkout: Checkout = openUserCheckout({ env: { PATH: process.env["PATH"] ?? "" } });

let folder: ReturnType<typeof temporaryFolder>;
let user: FixtureRepository;
let upstream: FixtureRepository;

beforeEach(() => {
  folder = temporaryFolder();
  user = createRepository(join(folder.path, "user"), {
    files: { ".gitignore": "ignored*\n", "a.txt": "1\n" },
  });
  upstream = createRepository(join(folder.path, "upstream"));
  upstream.git("pull", "--quiet", user.folder, "main");
});

afterEach(() => {
  folder[Symbol.dispose]();
});

function forward(sha: Sha, root = user.folder): Promise<FastForwardOutcome> {
  return checkout.fastForward(root, { branch: "main", sha, from: upstream.folder, ours: ["BOARD.md"] });
}

function land(files: FixtureFiles): Sha {
  return upstream.commit("land", files);
}

/** Every file of the repository and of git in it, with its content: what must not change. */
function fingerprint(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path, createHash("sha1").update(readFileSync(path)).digest("hex")]),
  );
}

test("a fast-forward brings the branch and its files to the landed commit, and nothing else", async () => {
  user.git("branch", "mine");
  user.git("tag", "v1");
  writeFileSync(join(user.folder, "untracked"), "x");
  const previous = user.head();
  const sha = land({
    "a.txt": "2\n",
    "lib/run.sh": { executable: "#!/bin/sh\n" },
    link: { link: "a.txt" },
  });

  expect(await forward(sha)).toEqual({ kind: "updated", previous });

  expect(user.git("status", "--porcelain", "--branch")).toBe("## main\n?? untracked");
  expect(readFileSync(join(user.folder, "a.txt"), "utf8")).toBe("2\n");
  expect(lstatSync(join(user.folder, "link")).isSymbolicLink()).toBe(true);
  expect(user.git("for-each-ref", "--format=%(refname) %(objectname)").split("\n")).toEqual([
    `refs/heads/main ${sha}`,
    `refs/heads/mine ${previous}`,
    `refs/tags/v1 ${previous}`,
  ]);
  expect(readdirSync(join(user.folder, ".git")).filter((name) => name.endsWith("_HEAD"))).toEqual([]);
  expect(await forward(sha)).toEqual({ kind: "unchanged" });
});

test("fills a repository without commits", async () => {
  const empty = createRepository(join(folder.path, "empty"));
  const sha = land({ "b.txt": "b\n" });

  expect(await forward(sha, empty.folder)).toEqual({ kind: "updated", previous: null });
  expect(empty.git("status", "--porcelain")).toBe("");
  expect(readFileSync(join(empty.folder, "b.txt"), "utf8")).toBe("b\n");
});

test("leaves another branch and a detached HEAD alone", async () => {
  const sha = land({ "a.txt": "2\n" });
  user.git("checkout", "--quiet", "-b", "mine");
  const before = fingerprint(user.folder);

  expect(await forward(sha)).toEqual({ kind: "not_on_branch", headBranch: "mine" });
  expect(fingerprint(user.folder)).toEqual(before);
  user.git("checkout", "--quiet", "--detach");
  expect(await forward(sha)).toEqual({ kind: "not_on_branch", headBranch: null });
});

test("says when the branches went apart, and when the user's is ahead", async () => {
  const sha = land({ "a.txt": "2\n" });
  const mine = user.commit("mine", { "b.txt": "b\n" });

  expect(await forward(sha)).toEqual({ kind: "diverged", headSha: mine });
  upstream.git("pull", "--quiet", "--rebase=false", "--no-edit", user.folder, "main");
  user.git("pull", "--quiet", upstream.folder, "main");
  expect(await forward(sha)).toEqual({ kind: "unchanged" });
});

test.each([
  ["a changed file", { "a.txt": "mine\n" }, ["a.txt"]],
  ["an untracked file in the way", { "b.txt": "mine\n" }, ["b.txt"]],
  ["an ignored file in the way", { "ignored.env": "SECRET=1\n" }, ["ignored.env"]],
  ["an untracked file where a folder is needed", { lib: "mine\n" }, ["lib"]],
  ["an untracked file in a folder where a file is needed", { "tool/mine": "mine\n" }, ["tool/mine"]],
] as const)("does not touch %s", async (_, mine, files) => {
  land({
    "a.txt": "2\n",
    "b.txt": "b\n",
    "ignored.env": "x\n",
    "lib/c.txt": "c\n",
    tool: "t\n",
  });
  upstream.git("add", "--force", "ignored.env");
  runFixtureGit(upstream.folder, ["commit", "--quiet", "--allow-empty", "--amend", "--no-edit"]);
  user.write(mine);
  const before = fingerprint(user.folder);

  expect(await forward(upstream.head())).toEqual({ kind: "not_clean", files });

  const after = fingerprint(user.folder);
  const objects = Object.keys(after).filter((path) => path.includes("/objects/"));
  for (const path of objects) if (before[path] === undefined) delete after[path];
  expect(after).toEqual(before);
});

test("finishes what a crash between files and branch left", async () => {
  const sha = land({ "a.txt": "2\n", "b.txt": "b\n" });
  user.git("fetch", "--quiet", "--no-write-fetch-head", upstream.folder, sha);
  user.git("read-tree", "-m", "-u", "HEAD", sha);

  expect(await forward(sha)).toMatchObject({ kind: "updated" });
  expect(user.git("status", "--porcelain", "--branch")).toBe("## main");
});

test.each([
  ["before", "its files come and go again"],
  ["after", "what came with it stays in their commit"],
])("of a commit that the user makes %s the files are brought up to date, %s", async (when) => {
  const sha = land({ "a.txt": "2\n", "b.txt": "b\n" });
  const shim = join(folder.path, "bin");
  const [git = ""] = runFixtureGit(folder.path, ["--exec-path"]).split("\n");
  const commits = `git -C '${user.folder}' commit --quiet --allow-empty --message mine`;
  const script = [
    "#!/bin/sh",
    `PATH='${git}':$PATH; export PATH GIT_AUTHOR_NAME=u GIT_AUTHOR_EMAIL=u GIT_COMMITTER_NAME=u GIT_COMMITTER_EMAIL=u`,
    `case " $* " in *" read-tree "*) mine='unset GIT_DIR GIT_WORK_TREE; ${commits.replaceAll("'", `'"'"'`)}' ;; *) mine=true ;; esac`,
    `[ -e '${folder.path}/once' ] && mine=true`,
    `[ "$mine" = true ] || touch '${folder.path}/once'`,
    when === "before" ? `(eval "$mine")` : ":",
    `git "$@"; code=$?`,
    when === "after" ? `(eval "$mine")` : ":",
    "exit $code",
  ];
  mkdirSync(shim);
  writeFileSync(join(shim, "git"), `${script.join("\n")}\n`, { mode: 0o755 });
  const raced = openUserCheckout({ env: { PATH: `${shim}:${process.env["PATH"] ?? ""}` } });

  const outcome = await raced.fastForward(user.folder, {
    branch: "main",
    sha,
    from: upstream.folder,
    ours: ["BOARD.md"],
  });

  expect(outcome).toEqual({ kind: "diverged", headSha: user.head() });
  expect(user.git("log", "-1", "--format=%s")).toBe("mine");
  expect(user.git("status", "--porcelain")).toBe("");
});

test.each([
  ["written", () => "", " M BOARD.md"],
  ["written and staged", () => user.git("add", "BOARD.md"), "M  BOARD.md"],
])("a file of ours that was %s stays as it is and does not stand in the way", async (_, stage, status) => {
  user.commit("board", { "BOARD.md": "one\n", "b.txt": "b\n" });
  upstream.git("pull", "--quiet", user.folder, "main");
  const previous = user.head();
  const sha = land({ "a.txt": "2\n" });
  user.write({ "BOARD.md": "one\ntwo\n" });
  stage();

  expect(await forward(sha)).toEqual({ kind: "updated", previous });

  expect([user.git("rev-parse", "HEAD"), user.git("status", "--porcelain").trimEnd()]).toEqual([
    sha,
    expect.stringContaining(status.trim()),
  ]);
  expect(readFileSync(join(user.folder, "BOARD.md"), "utf8")).toBe("one\ntwo\n");
  expect(await forward(sha)).toEqual({ kind: "unchanged" });
});

test.each([
  ["the commit changes too", { "BOARD.md": "theirs\n" }, {}, ["BOARD.md"]],
  ["is not the only one that changed", { "a.txt": "2\n" }, { "b.txt": "mine\n" }, ["b.txt"]],
])("a file of ours that %s is left alone", async (_, landed, mine, files) => {
  user.commit("board", { "BOARD.md": "one\n", "b.txt": "b\n" });
  upstream.git("pull", "--quiet", user.folder, "main");
  const sha = land(landed);
  user.write({ "BOARD.md": "mine\n", ...mine });
  const head = user.head();

  expect(await forward(sha)).toEqual({ kind: "not_clean", files });

  expect([user.head(), readFileSync(join(user.folder, "BOARD.md"), "utf8")]).toEqual([head, "mine\n"]);
});

test("finishes what a crash left beside a file of ours that was written", async () => {
  user.commit("board", { "BOARD.md": "one\n" });
  upstream.git("pull", "--quiet", user.folder, "main");
  const sha = land({ "a.txt": "2\n" });
  user.git("fetch", "--quiet", "--no-write-fetch-head", upstream.folder, sha);
  user.git("read-tree", "-m", "-u", "HEAD", sha);
  user.write({ "BOARD.md": "two\n" });

  expect(await forward(sha)).toMatchObject({ kind: "updated" });
  expect([user.head(), readFileSync(join(user.folder, "BOARD.md"), "utf8")]).toEqual([sha, "two\n"]);
});

test("waits for a merge of the user to be finished", async () => {
  const sha = land({ "a.txt": "2\n" });
  writeFileSync(join(user.folder, ".git", "MERGE_HEAD"), `${user.head()}\n`);

  expect(await forward(sha)).toEqual({ kind: "not_clean", files: [] });
});

test("does not write files that a content filter should write", async () => {
  const sha = land({ ".gitattributes": "*.bin filter=lfs\n", "x.bin": "pointer\n" });

  expect(await forward(sha)).toMatchObject({ kind: "filtered" });
  expect(existsSync(join(user.folder, "x.bin"))).toBe(false);
});
