import { createHash } from "node:crypto";
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Checkout, CheckoutFacts } from "../../ports/checkout.ts";
import {
  createBareRepository,
  createRepository,
  runFixtureGit,
  temporaryFolder,
} from "../../testing/git-fixtures.ts";
import type { FixtureRepository } from "../../testing/git-fixtures.ts";
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

async function facts(root = user.folder): Promise<CheckoutFacts> {
  const state = await checkout.inspect(root);
  if (state.kind !== "ok") throw new Error(`It is ${state.kind}.`);
  return state;
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

describe("inspecting", () => {
  test("says where the checkout is and what stands in it, from any folder in it", async () => {
    mkdirSync(join(user.folder, "deep", "er"), { recursive: true });
    user.git("remote", "add", "origin", "https://example.com/x.git");

    expect(await checkout.inspect(join(user.folder, "deep", "er"))).toEqual({
      kind: "ok",
      root: user.folder,
      gitDir: join(user.folder, ".git"),
      headBranch: "main",
      defaultBranch: "main",
      headSha: user.head(),
      dirtyFiles: [],
      isShallow: false,
      hasSubmodules: false,
      remotes: [{ name: "origin", url: "https://example.com/x.git" }],
      hasFiles: true,
    });
  });

  test("tells no repository, a bare one and an empty one apart", async () => {
    createBareRepository(join(folder.path, "bare"));
    createRepository(join(folder.path, "empty"));
    mkdirSync(join(folder.path, "broken", ".git"), { recursive: true });

    expect(await checkout.inspect(folder.path)).toEqual({ kind: "not_a_repository" });
    expect(await checkout.inspect(join(folder.path, "bare"))).toEqual({
      kind: "bare",
      gitDir: join(folder.path, "bare"),
    });
    expect(await checkout.inspect(join(folder.path, "empty"))).toMatchObject({
      kind: "ok",
      headBranch: "main",
      headSha: null,
      dirtyFiles: [],
      hasFiles: false,
    });
    await expect(checkout.inspect(join(folder.path, "broken"))).rejects.toMatchObject({
      code: "repository_invalid",
    });
    await expect(checkout.inspect(join(folder.path, "none"))).rejects.toMatchObject({ code: "not_found" });
  });

  test("sees staged and unstaged changes, not untracked files", async () => {
    writeFileSync(join(user.folder, "untracked"), "x");
    expect((await facts()).dirtyFiles).toEqual([]);

    writeFileSync(join(user.folder, "a.txt"), "2\n");
    expect((await facts()).dirtyFiles).toEqual(["a.txt"]);

    user.git("add", "a.txt");
    expect((await facts()).dirtyFiles).toEqual(["a.txt"]);
  });

  test("sees a detached HEAD, a linked worktree, a submodule and a shallow clone", async () => {
    user.git("worktree", "add", "--quiet", "-b", "side", join(folder.path, "linked"));
    user.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", upstream.folder, "sub");
    user.commit("with a submodule");
    user.git("checkout", "--quiet", "--detach");
    runFixtureGit(folder.path, ["clone", "--quiet", "--depth=1", `file://${user.folder}`, "shallow"]);

    expect(await facts()).toMatchObject({ headBranch: null, hasSubmodules: true, dirtyFiles: [] });
    expect(await facts(join(folder.path, "linked"))).toMatchObject({
      root: join(folder.path, "linked"),
      headBranch: "side",
      dirtyFiles: [],
    });
    expect(await facts(join(user.folder, "sub"))).toMatchObject({
      root: join(user.folder, "sub"),
      dirtyFiles: [],
    });
    expect(await facts(join(folder.path, "shallow"))).toMatchObject({ isShallow: true });
  });

  test("knows the branch that everybody works from, by the remote's word or by its usual name", async () => {
    user.git("checkout", "--quiet", "-b", "feature");
    expect(await facts()).toMatchObject({ headBranch: "feature", defaultBranch: "main" });

    user.git("branch", "--quiet", "master", "main");
    user.git("checkout", "--quiet", "master");
    expect(await facts()).toMatchObject({ headBranch: "master", defaultBranch: "master" });

    upstream.git("checkout", "--quiet", "-b", "trunk");
    runFixtureGit(folder.path, ["clone", "--quiet", upstream.folder, "cloned"]);
    const cloned = join(folder.path, "cloned");
    runFixtureGit(cloned, ["checkout", "--quiet", "-b", "main"]);
    expect(await facts(cloned)).toMatchObject({ headBranch: "main", defaultBranch: "trunk" });

    user.git("checkout", "--quiet", "feature");
    user.git("branch", "--quiet", "-D", "main", "master");
    expect(await facts()).toMatchObject({ headBranch: "feature", defaultBranch: null });
  });

  test("reads a repository of another owner", async () => {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
    chownSync(user.folder, 12_345, 12_345);
    chownSync(join(user.folder, ".git"), 12_345, 12_345);

    expect(await facts()).toMatchObject({ headBranch: "main" });
  });

  test("changes nothing", async () => {
    writeFileSync(join(user.folder, "a.txt"), "2\n");
    const before = fingerprint(user.folder);

    await checkout.inspect(user.folder);

    expect(fingerprint(user.folder)).toEqual(before);
  });
});

describe("adding a remote", () => {
  test("adds it once and never changes one that is there", async () => {
    const remote = { name: "aas", url: join(folder.path, "aas.git") };

    expect(await checkout.addRemote(user.folder, remote)).toEqual({ kind: "added" });
    expect(await checkout.addRemote(user.folder, remote)).toEqual({ kind: "unchanged" });
    expect(await checkout.addRemote(user.folder, { name: "aas", url: "/other" })).toEqual({
      kind: "taken",
      url: remote.url,
    });
    expect((await facts()).remotes).toEqual([remote]);
  });

  test.each([
    { name: "--mirror", url: "/x" },
    { name: "a b", url: "/x" },
    { name: "aas", url: "--x" },
    { name: "aas", url: "a\nb" },
  ])("refuses %j", async (remote) => {
    await expect(checkout.addRemote(user.folder, remote)).rejects.toMatchObject({ code: "not_allowed" });
  });
});

describe("a hostile repository", () => {
  test("runs nothing, whatever is done with it", async () => {
    const proof = join(folder.path, "ran");
    const trap = `touch ${proof}; cat`;
    const hooks = join(user.folder, ".git", "evil");
    user.commit("filtered", {
      ".gitattributes": "*.f filter=evil diff=evil merge=evil\n",
      "x.f": "x\n",
      "y.txt": "y\n",
    });
    upstream.git("pull", "--quiet", user.folder, "main");
    const settings = {
      "core.fsmonitor": trap,
      "core.hooksPath": hooks,
      "core.sshCommand": trap,
      "core.pager": trap,
      "core.editor": trap,
      "core.alternateRefsCommand": trap,
      "core.attributesFile": join(hooks, "attributes"),
      "filter.evil.clean": trap,
      "filter.evil.smudge": trap,
      "filter.evil.required": "true",
      "filter.other.process": trap,
      "diff.evil.textconv": trap,
      "diff.evil.command": trap,
      "diff.external": trap,
      "merge.evil.driver": trap,
      "gpg.program": trap,
      "credential.helper": `!${trap}`,
      "submodule.recurse": "true",
      "status.submoduleSummary": "true",
      "uploadpack.packObjectsHook": trap,
    };
    for (const [key, value] of Object.entries(settings)) user.git("config", key, value);
    mkdirSync(hooks);
    writeFileSync(join(hooks, "attributes"), "* filter=evil\n");
    for (const hook of [
      "post-checkout",
      "post-merge",
      "pre-commit",
      "reference-transaction",
      "post-index-change",
      "fsmonitor-watchman",
    ]) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    }
    // Another time on the file makes git look at its content, through the clean filter if it may.
    writeFileSync(join(user.folder, "x.f"), "x\n");
    const sha = upstream.commit("land", { "y.txt": "2\n" });

    expect(await facts()).toMatchObject({ headBranch: "main" });
    await checkout.addRemote(user.folder, { name: "aas", url: upstream.folder });
    expect(
      await checkout.fastForward(user.folder, { branch: "main", sha, from: upstream.folder, ours: [] }),
    ).toMatchObject({
      kind: "updated",
    });
    appendFileSync(join(user.folder, "x.f"), "changed\n");
    expect(await facts()).toMatchObject({ dirtyFiles: ["x.f"] });
    expect(existsSync(proof)).toBe(false);
    user.git("-c", "core.fsmonitor=false", "status");
    expect(existsSync(proof), "the traps are real").toBe(true);
  });

  test("cannot point git at another folder", async () => {
    const precious = join(folder.path, "precious");
    mkdirSync(precious);
    writeFileSync(join(precious, "a.txt"), "precious\n");
    user.git("config", "core.worktree", precious);
    const sha = upstream.commit("land", { "a.txt": "2\n" });

    expect(await facts()).toMatchObject({ root: user.folder, dirtyFiles: [] });
    expect(
      await checkout.fastForward(user.folder, { branch: "main", sha, from: upstream.folder, ours: [] }),
    ).toMatchObject({
      kind: "updated",
    });

    expect(readFileSync(join(precious, "a.txt"), "utf8")).toBe("precious\n");
    expect(readFileSync(join(user.folder, "a.txt"), "utf8")).toBe("2\n");
  });

  test("with a nested repository in it runs nothing of that one either", async () => {
    const proof = join(folder.path, "ran");
    user.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", upstream.folder, "sub");
    user.commit("with a submodule");
    runFixtureGit(join(user.folder, "sub"), ["config", "core.fsmonitor", `touch ${proof}`]);
    rmSync(join(user.folder, "sub", "a.txt"));

    expect(await facts()).toMatchObject({ dirtyFiles: [], hasSubmodules: true });
    expect(existsSync(proof)).toBe(false);
    user.git("status");
    expect(existsSync(proof), "the trap is real").toBe(true);
  });
});
