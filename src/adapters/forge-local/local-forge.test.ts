import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBareRepository, createRepository, temporaryFolder } from "../../testing/git-fixtures.ts";
import type { FixtureRepository } from "../../testing/git-fixtures.ts";
import { type GitMirror, openGitMirror } from "../git-cli/git-mirror.ts";
import { LocalForge } from "./local-forge.ts";

const staging = "refs/heads/staging/int_1";
const request = { stagingRef: staging, branch: "main", title: "feat: a", body: "" };

let folder: ReturnType<typeof temporaryFolder>;
let git: GitMirror;
let remote: FixtureRepository;
let forge: LocalForge;

beforeEach(async () => {
  folder = temporaryFolder();
  const source = createRepository(join(folder.path, "source"), { files: { a: "1\n" } });
  remote = createBareRepository(join(folder.path, "remote"), source);
  git = await openGitMirror({
    mirrorFolder: join(folder.path, "mirror"),
    worktreeRoot: join(folder.path, "trees"),
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const home = { kind: "remote", url: remote.folder } as const;
  forge = new LocalForge({ git, home, recordFolder: join(folder.path, "records") });
});

afterEach(async () => {
  await git.close();
  folder[Symbol.dispose]();
});

test("a staging branch is shown on both sides, and taken away on both", async () => {
  const head = await forge.fetchBase("main");
  if (head === null) throw new Error("There is no main.");

  await forge.stage({ ...request, sha: head });
  expect([await git.resolve(staging), remote.git("rev-parse", staging)]).toEqual([head, head]);

  await forge.unstage(staging);
  expect([await git.resolve(staging), remote.git("for-each-ref", staging)]).toEqual([null, ""]);
});

test("a staging branch that a dead process left on one side only is taken away there", async () => {
  const head = await forge.fetchBase("main");
  remote.git("update-ref", staging, head ?? "");

  await forge.unstage(staging);

  expect(remote.git("for-each-ref", staging)).toBe("");
});
