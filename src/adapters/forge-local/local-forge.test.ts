import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

test("a tag is set and taken away on both sides", async () => {
  const head = await forge.fetchBase("main");
  if (head === null) throw new Error("There is no main.");
  const tag = "refs/tags/aas/rollback/int_1";

  await forge.tag("aas/rollback/int_1", head);
  expect([await git.resolve(tag), remote.git("rev-parse", tag)]).toEqual([head, head]);

  await forge.untag("aas/rollback/int_1");
  expect([await git.resolve(tag), remote.git("for-each-ref", tag)]).toEqual([null, ""]);
});

describe("a ref that the other side refuses", () => {
  beforeEach(() => {
    mkdirSync(join(remote.folder, "hooks"), { recursive: true });
    const refusal = "#!/bin/sh\necho 'keep out' >&2\nexit 1\n";
    writeFileSync(join(remote.folder, "hooks", "update"), refusal, { mode: 0o755 });
  });

  test("is told with its words, and not called shown on our side", async () => {
    const head = await forge.fetchBase("main");
    if (head === null) throw new Error("There is no main.");

    const staged = forge.stage({ ...request, sha: head });

    await expect(staged).rejects.toMatchObject({
      code: "not_allowed",
      message: expect.stringContaining("keep out"),
      cure: "Let whoever lands here push refs/heads/staging/*.",
    });
    expect(await git.resolve(staging)).toBeNull();
  });

  test("and keeps is in nobody's way", async () => {
    remote.git("update-ref", staging, (await forge.fetchBase("main")) ?? "");

    await forge.unstage(staging);

    expect(remote.git("for-each-ref", "--format=%(refname)", staging)).toBe(staging);
  });
});

test("a staging branch that a dead process left on one side only is taken away there", async () => {
  const head = await forge.fetchBase("main");
  remote.git("update-ref", staging, head ?? "");

  await forge.unstage(staging);

  expect(remote.git("for-each-ref", staging)).toBe("");
});
