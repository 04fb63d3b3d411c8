import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toSha } from "../../domain/ids.ts";
import { openGitMirror } from "./git-mirror.ts";
import { main, openRemoteLab, type RemoteLab } from "./remote-lab.fixture.ts";

const unknown = toSha("1234567890123456789012345678901234567890");

let lab: RemoteLab;

beforeEach(async () => {
  lab = await openRemoteLab();
});

afterEach(() => lab[Symbol.asyncDispose]());

test("a push moves a ref from where it was expected; pushing again says so too", async () => {
  const { commitOn, first, git, remote, remoteRefs } = lab;
  const next = await commitOn(first, "2\n");
  const request = { ref: main, expected: first, next };

  expect(await git.push(remote.folder, request)).toEqual({ kind: "pushed" });
  expect(await git.push(remote.folder, request)).toEqual({ kind: "pushed" });
  expect(remoteRefs()).toBe(`${main} ${next}`);
});

test("a ref is created only when absent and deleted only from where it was expected", async () => {
  const { commitOn, first, git, remote, remoteRefs } = lab;
  const next = await commitOn(first, "2\n");
  const ref = "refs/aas/task/1";

  expect(await git.push(remote.folder, { ref, expected: null, next: first })).toEqual({ kind: "pushed" });
  expect(await git.push(remote.folder, { ref, expected: null, next })).toEqual({
    kind: "moved",
    actual: first,
  });
  expect(await git.push(remote.folder, { ref, expected: next, next: null })).toEqual({
    kind: "moved",
    actual: first,
  });
  expect(await git.push(remote.folder, { ref, expected: first, next: null })).toEqual({ kind: "pushed" });
  expect(await git.push(remote.folder, { ref, expected: first, next: null })).toEqual({ kind: "pushed" });
  expect(remoteRefs()).toBe(`${main} ${first}`);
});

test("somebody else's push in between is seen and kept", async () => {
  const { commitOn, first, git, remote, remoteRefs } = lab;
  const theirs = await commitOn(first, "theirs\n");
  const ours = await commitOn(first, "ours\n");
  await git.push(remote.folder, { ref: main, expected: first, next: theirs });

  expect(await git.push(remote.folder, { ref: main, expected: first, next: ours })).toEqual({
    kind: "moved",
    actual: theirs,
  });
  expect(remoteRefs()).toBe(`${main} ${theirs}`);
});

test("history is never rewritten, also when the ref is where it was expected", async () => {
  const { commitOn, first, git, remote, remoteRefs } = lab;
  const second = await commitOn(first, "2\n");
  const beside = await commitOn(first, "3\n");
  await git.push(remote.folder, { ref: main, expected: first, next: second });

  for (const next of [beside, first]) {
    expect(await git.push(remote.folder, { ref: main, expected: second, next })).toMatchObject({
      kind: "refused",
    });
  }
  expect(await git.push(remote.folder, { ref: main, expected: unknown, next: second })).toMatchObject({
    kind: "refused",
    reason: expect.stringContaining("fetch"),
  });
  expect(await git.push(remote.folder, { ref: main, expected: first, next: unknown })).toMatchObject({
    kind: "refused",
  });
  expect(remoteRefs()).toBe(`${main} ${second}`);
});

test("what the other side refuses is told with its words", async () => {
  const { commitOn, first, git, remote } = lab;
  const hooks = join(remote.folder, "hooks");
  mkdirSync(hooks);
  writeFileSync(join(hooks, "pre-receive"), "#!/bin/sh\necho 'main is protected' >&2\nexit 1\n");
  chmodSync(join(hooks, "pre-receive"), 0o755);
  const next = await commitOn(first, "2\n");

  expect(await git.push(remote.folder, { ref: main, expected: first, next })).toMatchObject({
    kind: "refused",
    reason: expect.stringContaining("main is protected"),
  });
});

test("a push that takes longer than it may is ended, and the ref is where it was", async () => {
  const { commitOn, first, git, remote, remoteRefs } = lab;
  const hooks = join(remote.folder, "hooks");
  mkdirSync(hooks);
  writeFileSync(join(hooks, "pre-receive"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
  const next = await commitOn(first, "2\n");

  const pushing = git.push(remote.folder, { ref: main, expected: first, next, deadlineMs: 300 });

  await expect(pushing).rejects.toMatchObject({ code: "timeout", retryable: true });
  expect(remoteRefs()).toBe(`${main} ${first}`);
});

test("of two mirrors that push at once, one moves the ref and the other hears of it", async () => {
  const { commitOn, first, folder, git, remote, remoteRefs } = lab;
  await using other = await openGitMirror({
    mirrorFolder: join(folder, "other"),
    worktreeRoot: join(folder, "trees"),
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const ours = await commitOn(first, "ours\n");
  const theirs = await commitOn(first, "theirs\n");
  await git.updateRef("refs/aas/theirs", { expected: null, next: theirs });
  await other.fetch(join(folder, "mirror"), [["refs/aas/theirs", "refs/aas/theirs"]]);

  const outcomes = await Promise.all([
    git.push(remote.folder, { ref: main, expected: first, next: ours }),
    other.push(remote.folder, { ref: main, expected: first, next: theirs }),
  ]);

  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["moved", "pushed"]);
  expect(remoteRefs()).toBe(`${main} ${outcomes[0].kind === "pushed" ? ours : theirs}`);
});
