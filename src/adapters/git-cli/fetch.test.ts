import { chownSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRepository, runFixtureGit } from "../../testing/git-fixtures.ts";
import { main, openRemoteLab, type RemoteLab } from "./remote-lab.fixture.ts";

let lab: RemoteLab;

beforeEach(async () => {
  lab = await openRemoteLab();
});

afterEach(() => lab[Symbol.asyncDispose]());

test("a fetch brings the refs asked for and no other", async () => {
  const { first, folder, git, remote } = lab;
  remote.git("tag", "v1", first);
  remote.git("branch", "other", first);

  await git.fetch(`file://${remote.folder}`, [
    [main, "refs/aas/one"],
    ["refs/tags/v1", "refs/aas/two"],
  ]);

  expect([...(await git.listRefs("refs/")).keys()]).toEqual([
    "refs/aas/main",
    "refs/aas/one",
    "refs/aas/two",
  ]);
  expect(readdirSync(join(folder, "mirror"))).not.toContain("FETCH_HEAD");
});

test("a fetch follows a branch that was rewritten there", async () => {
  const { folder, git } = lab;
  const source = createRepository(join(folder, "rewritten"), { files: { b: "2\n" } });

  await git.fetch(source.folder, [[main, "refs/aas/main"]]);

  expect(await git.resolve("refs/aas/main")).toBe(source.head());
});

test("refs that are not there are answered, and the others come in", async () => {
  const { git, remote } = lab;
  const missing = await git.fetch(remote.folder, [
    ["refs/heads/none", "refs/aas/x"],
    [main, "refs/aas/y"],
  ]);

  expect(missing).toEqual(["refs/heads/none"]);
  expect(await git.resolve("refs/aas/x")).toBeNull();
  expect(await git.resolve("refs/aas/y")).not.toBeNull();
});

test("a fetch waits for another process that is at the same ref", async () => {
  const { first, folder, git, remote } = lab;
  const second = remote.git("commit-tree", `${first}^{tree}`, "-p", first, "-m", "second");
  remote.git("update-ref", main, second);
  const lock = join(folder, "mirror", "refs", "aas", "main.lock");
  writeFileSync(lock, "");
  setTimeout(() => rmSync(lock), 200);

  await git.fetch(remote.folder, [[main, "refs/aas/main"]]);

  expect(await git.resolve("refs/aas/main")).toBe(second);
});

test("a repository that is not there has a name", async () => {
  const { folder, git } = lab;
  await expect(git.fetch(join(folder, "none"), [[main, "refs/aas/x"]])).rejects.toMatchObject({
    code: "repository_invalid",
  });
});

test("a shallow repository is refused with the cure", async () => {
  const { folder, git } = lab;
  const source = createRepository(join(folder, "deep"), { files: { a: "1\n" } });
  source.commit("two", { a: "2\n" });
  runFixtureGit(folder, ["clone", "--quiet", "--depth=1", `file://${source.folder}`, "shallow"]);

  await expect(git.fetch(join(folder, "shallow"), [[main, "refs/aas/x"]])).rejects.toMatchObject({
    code: "repository_invalid",
    cure: expect.stringContaining("--unshallow"),
  });
  expect(await git.resolve("refs/aas/x")).toBeNull();
});

test("a repository of another owner is read", async () => {
  const { first, git, remote } = lab;
  if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
  chownSync(remote.folder, 12_345, 12_345);

  await git.fetch(remote.folder, [[main, "refs/aas/other"]]);

  expect(await git.resolve("refs/aas/other")).toBe(first);
});

test("hooks and configuration of the repository that is read do not run", async () => {
  const { first, folder, git, remote } = lab;
  const proof = join(folder, "ran");
  for (const [key, value] of [
    ["core.fsmonitor", `touch ${proof}`],
    ["core.sshCommand", `touch ${proof}`],
    ["core.alternateRefsCommand", `touch ${proof}`],
    ["uploadpack.packObjectsHook", `touch ${proof}`],
    ["remote.origin.uploadpack", `touch ${proof}`],
  ] as const) {
    remote.git("config", key, value);
  }

  await git.fetch(remote.folder, [[main, "refs/aas/again"]]);

  expect(await git.resolve("refs/aas/again")).toBe(first);
  expect(existsSync(proof)).toBe(false);
});
