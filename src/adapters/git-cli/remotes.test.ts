import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAasError } from "../../domain/errors.ts";
import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import {
  createBareRepository,
  createRepository,
  runFixtureGit,
  temporaryFolder,
} from "../../testing/git-fixtures.ts";
import type { FixtureRepository } from "../../testing/git-fixtures.ts";
import { openGitMirror } from "./git-mirror.ts";
import type { GitMirror } from "./git-mirror.ts";
import { parseRemoteAddress } from "./remote-address.ts";

const main = "refs/heads/main";
const author = { name: "Ada", email: "a@b.c", at: new Date(1_800_000_000_000) };
const unknown = toSha("1234567890123456789012345678901234567890");

let folder: ReturnType<typeof temporaryFolder>;
let git: GitMirror;
let remote: FixtureRepository;
let first: Sha;

beforeEach(async () => {
  folder = temporaryFolder();
  git = await openGitMirror({
    mirrorFolder: join(folder.path, "mirror"),
    worktreeRoot: join(folder.path, "trees"),
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const source = createRepository(join(folder.path, "source"), { files: { a: "1\n" } });
  first = source.head();
  remote = createBareRepository(join(folder.path, "remote"), source);
  await git.fetch(remote.folder, [[main, "refs/aas/main"]]);
});

afterEach(async () => {
  await git.close();
  folder[Symbol.dispose]();
});

async function commitOn(parent: Sha, text: string): Promise<Sha> {
  const tree = await git.writeTree(parent, new Map([["a", Buffer.from(text)]]));
  return await git.createCommit({ tree, parents: [parent], message: text, author });
}

function remoteRefs(): string {
  return remote.git("for-each-ref", "--format=%(refname) %(objectname)");
}

test("a fetch brings the refs asked for and no other", async () => {
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
  expect(readdirSync(join(folder.path, "mirror"))).not.toContain("FETCH_HEAD");
});

test("a fetch follows a branch that was rewritten there", async () => {
  const source = createRepository(join(folder.path, "rewritten"), { files: { b: "2\n" } });

  await git.fetch(source.folder, [[main, "refs/aas/main"]]);

  expect(await git.resolve("refs/aas/main")).toBe(source.head());
});

test("refs that are not there are answered, and the others come in", async () => {
  const missing = await git.fetch(remote.folder, [
    ["refs/heads/none", "refs/aas/x"],
    [main, "refs/aas/y"],
  ]);

  expect(missing).toEqual(["refs/heads/none"]);
  expect(await git.resolve("refs/aas/x")).toBeNull();
  expect(await git.resolve("refs/aas/y")).not.toBeNull();
});

test("a fetch waits for another process that is at the same ref", async () => {
  const second = remote.git("commit-tree", `${first}^{tree}`, "-p", first, "-m", "second");
  remote.git("update-ref", main, second);
  const lock = join(folder.path, "mirror", "refs", "aas", "main.lock");
  writeFileSync(lock, "");
  setTimeout(() => rmSync(lock), 200);

  await git.fetch(remote.folder, [[main, "refs/aas/main"]]);

  expect(await git.resolve("refs/aas/main")).toBe(second);
});

test("a repository that is not there has a name", async () => {
  await expect(git.fetch(join(folder.path, "none"), [[main, "refs/aas/x"]])).rejects.toMatchObject({
    code: "repository_invalid",
  });
});

test("a shallow repository is refused with the cure", async () => {
  const source = createRepository(join(folder.path, "deep"), { files: { a: "1\n" } });
  source.commit("two", { a: "2\n" });
  runFixtureGit(folder.path, ["clone", "--quiet", "--depth=1", `file://${source.folder}`, "shallow"]);

  await expect(git.fetch(join(folder.path, "shallow"), [[main, "refs/aas/x"]])).rejects.toMatchObject({
    code: "repository_invalid",
    cure: expect.stringContaining("--unshallow"),
  });
  expect(await git.resolve("refs/aas/x")).toBeNull();
});

test("a repository of another owner is read", async () => {
  if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
  chownSync(remote.folder, 12_345, 12_345);

  await git.fetch(remote.folder, [[main, "refs/aas/other"]]);

  expect(await git.resolve("refs/aas/other")).toBe(first);
});

test("a push moves a ref from where it was expected; pushing again says so too", async () => {
  const next = await commitOn(first, "2\n");
  const request = { ref: main, expected: first, next };

  expect(await git.push(remote.folder, request)).toEqual({ kind: "pushed" });
  expect(await git.push(remote.folder, request)).toEqual({ kind: "pushed" });
  expect(remoteRefs()).toBe(`${main} ${next}`);
});

test("a ref is created only when absent and deleted only from where it was expected", async () => {
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
  const hooks = join(remote.folder, "hooks");
  mkdirSync(hooks);
  writeFileSync(join(hooks, "pre-receive"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
  const next = await commitOn(first, "2\n");

  const pushing = git.push(remote.folder, { ref: main, expected: first, next, deadlineMs: 300 });

  await expect(pushing).rejects.toMatchObject({ code: "timeout", retryable: true });
  expect(remoteRefs()).toBe(`${main} ${first}`);
});

test("of two mirrors that push at once, one moves the ref and the other hears of it", async () => {
  await using other = await openGitMirror({
    mirrorFolder: join(folder.path, "other"),
    worktreeRoot: join(folder.path, "trees"),
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const ours = await commitOn(first, "ours\n");
  const theirs = await commitOn(first, "theirs\n");
  await git.updateRef("refs/aas/theirs", { expected: null, next: theirs });
  await other.fetch(join(folder.path, "mirror"), [["refs/aas/theirs", "refs/aas/theirs"]]);

  const outcomes = await Promise.all([
    git.push(remote.folder, { ref: main, expected: first, next: ours }),
    other.push(remote.folder, { ref: main, expected: first, next: theirs }),
  ]);

  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["moved", "pushed"]);
  expect(remoteRefs()).toBe(`${main} ${outcomes[0].kind === "pushed" ? ours : theirs}`);
});

test.each([
  ["ext::sh -c touch% /tmp/x"],
  ["--upload-pack=touch /tmp/x"],
  ["-oProxyCommand=x"],
  ["ssh://-oProxyCommand=x/y"],
  ["-x@host:path"],
  ["relative/path"],
  ["http://example.com/x.git"],
  ["git://example.com/x.git"],
  ["fd::17"],
  ["https://a\nb/"],
])("%j is no address", async (address) => {
  await expect(git.fetch(address, [[main, "refs/aas/x"]])).rejects.toMatchObject({ code: "not_allowed" });
  await expect(git.push(address, { ref: main, expected: null, next: first })).rejects.toMatchObject({
    code: "not_allowed",
  });
});

test.each([
  ["/a/b"],
  ["file:///a/b"],
  ["ssh://git@host:22/a.git"],
  ["git@host:a/b.git"],
  ["https://host/a.git"],
])("%j is an address", (address) => {
  expect(parseRemoteAddress(address)).toEqual({ address, env: {} });
});

test("credentials in an address reach the server, but no list of processes and no error", async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? "none");
    response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const failure = await git
      .fetch(`http://robot:s3cret@127.0.0.1:${port}/x.git`, [[main, "refs/aas/x"]])
      .catch((error: unknown) => error);

    expect(isAasError(failure)).toBe(true);
    expect(String(failure)).not.toContain("s3cret");
    expect(seen).toContain(`Basic ${Buffer.from("robot:s3cret").toString("base64")}`);
    expect(parseRemoteAddress("https://robot:s3cret@host/x.git").address).toBe("https://host/x.git");
  } finally {
    server.close();
  }
});

test("hooks and configuration of the repository that is read do not run", async () => {
  const proof = join(folder.path, "ran");
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
