import { fork } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeGit } from "../../testing/describe-git.ts";
import { createRepository, runFixtureGit, temporaryFolder } from "../../testing/git-fixtures.ts";
import { openGitMirror } from "./git-mirror.ts";
import type { GitMirror } from "./git-mirror.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const main = "refs/heads/main";
const author = { name: "Ada", email: "a@b.c", at: new Date(1_800_000_000_000) };

describeGit("GitMirror", (place) => openGitMirror({ ...place, env }));

describe("a mirror", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const opened: GitMirror[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((git) => git.close()));
    folder[Symbol.dispose]();
  });

  async function open(options: { readonly idleMs?: number } = {}): Promise<GitMirror> {
    const place = { mirrorFolder: join(folder.path, "mirror"), worktreeRoot: join(folder.path, "trees") };
    const git = await openGitMirror({ ...place, env, ...options });
    opened.push(git);
    return git;
  }

  test("opened by many at once is made once", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => open()));

    expect(readdirSync(folder.path).toSorted()).toEqual(["mirror", "trees"]);
    expect(await Promise.all(all.map((git) => git.resolve(main)))).toEqual(Array(6).fill(null));
  });

  test("a big binary file comes back as it was", async () => {
    const git = await open();
    const bytes = Buffer.alloc(10 * 1024 ** 2, "\0\r\n\xFFabc");
    const empty = await git.createCommit({
      tree: await git.writeTree(null, new Map()),
      parents: [],
      message: "",
      author,
    });
    const tree = await git.writeTree(null, new Map([["big.bin", bytes]]));
    const commit = await git.createCommit({ tree, parents: [empty], message: "big", author });

    expect((await git.readFile(commit, "big.bin"))?.equals(bytes)).toBe(true);
    expect(await git.changedFiles(empty, commit)).toEqual([
      {
        path: "big.bin",
        change: "added",
        kindBefore: null,
        kindAfter: "file",
        linesAdded: null,
        linesRemoved: null,
      },
    ]);
    runFixtureGit(join(folder.path, "mirror"), ["fsck", "--strict", "--full"]);
  });

  test("many questions at once get their own answers", async () => {
    const git = await open();
    const files = new Map(
      Array.from({ length: 200 }, (_, at) => [`f${at}`, Buffer.from(`${at}`.repeat(at))] as const),
    );
    const commit = await git.createCommit({
      tree: await git.writeTree(null, files),
      parents: [],
      message: "x",
      author,
    });

    const read = await Promise.all([...files.keys()].map((path) => git.readFile(commit, path)));

    expect(read.map(String)).toEqual([...files.values()].map(String));
  });

  test("the long-lived processes end when idle and come back when asked, also after they were killed", async () => {
    const git = await open({ idleMs: 20 });
    const tree = await git.writeTree(null, new Map([["a", Buffer.from("a")]]));
    const commit = await git.createCommit({ tree, parents: [], message: "x", author });
    await waitUntil(() => childrenIn(folder.path, "cat-file").length === 0);

    expect(await git.treeOf(commit)).toBe(tree);
    const [catFile] = childrenIn(folder.path, "cat-file");
    if (catFile === undefined) throw new Error("Nothing was started.");
    process.kill(catFile, "SIGKILL");

    expect(await git.treeOf(commit)).toBe(tree);
  });

  test("a process that does not answer is replaced", async () => {
    const git = await openGitMirror({
      mirrorFolder: join(folder.path, "mirror"),
      worktreeRoot: join(folder.path, "trees"),
      env,
      deadlineMs: 300,
    });
    opened.push(git);
    const tree = await git.writeTree(null, new Map());
    const commit = await git.createCommit({ tree, parents: [], message: "x", author });
    for (const pid of childrenIn(folder.path, "cat-file")) process.kill(pid, "SIGSTOP");

    await expect(git.treeOf(commit)).rejects.toMatchObject({ code: "timeout", retryable: true });
    expect(await git.treeOf(commit)).toBe(tree);
  });

  test("a closed mirror answers no more and leaves no process", async () => {
    const git = await open();
    const tree = await git.writeTree(null, new Map([["a", Buffer.from("a")]]));
    const commit = await git.createCommit({ tree, parents: [], message: "x", author });
    await git.updateRef(main, { expected: null, next: commit });
    await git.mergeTrees({ ours: commit, theirs: commit });

    await git.close();

    expect(childrenIn(folder.path, "git")).toEqual([]);
    await expect(git.treeOf(commit)).rejects.toMatchObject({ code: "internal" });
  });

  test("of two processes that move one ref, exactly one wins each time", async () => {
    const git = await open();
    const tree = await git.writeTree(null, new Map());
    let head = await git.createCommit({ tree, parents: [], message: "start", author });
    await git.updateRef(main, { expected: null, next: head });
    const racers = ["one", "two"].map((name) =>
      fork(new URL("race.fixture.ts", import.meta.url), [
        join(folder.path, "mirror"),
        join(folder.path, "trees"),
        name,
      ]),
    );
    try {
      await Promise.all(racers.map((racer) => once(racer, "message")));
      for (let round = 0; round < 20; round += 1) {
        const answers = racers.map((racer) => once(racer, "message"));
        for (const racer of racers) racer.send({ expected: head, round });
        const outcomes = (await Promise.all(answers)).map(
          ([message]) => message as { won: boolean; next: typeof head },
        );

        const winners = outcomes.filter(({ won }) => won);
        expect(winners).toHaveLength(1);
        expect(await git.resolve(main)).toBe(winners[0]?.next);
        head = winners[0]?.next ?? head;
      }
    } finally {
      for (const racer of racers) {
        const ended = once(racer, "exit");
        racer.disconnect();
        await ended;
      }
    }
  });

  test("what crashed processes left is cleared when it is old, and kept when it may be alive", async () => {
    await open();
    const mirror = join(folder.path, "mirror");
    const names = [
      "packed-refs.lock",
      "refs/heads/main.lock",
      "objects/ab/tmp_obj_x",
      "checkouts.git/worktrees/x/index.lock",
    ];
    for (const name of names.flatMap((each) => [each, each.replace(/(?=\.lock|x$)/u, "-young")])) {
      mkdirSync(join(mirror, name, ".."), { recursive: true });
      writeFileSync(join(mirror, name), "");
    }
    const old = new Date(Date.now() - 2 * 60 * 60_000);
    for (const name of names) utimesSync(join(mirror, name), old, old);

    await open();

    expect(names.filter((name) => existsSync(join(mirror, name)))).toEqual([]);
    expect(existsSync(join(mirror, "packed-refs-young.lock"))).toBe(true);
    expect(existsSync(join(mirror, "objects/ab/tmp_obj_-youngx"))).toBe(true);
  });

  test("the lock of a dead process does not stop a ref for long", async () => {
    const git = await open();
    const tree = await git.writeTree(null, new Map());
    const commit = await git.createCommit({ tree, parents: [], message: "x", author });
    const lock = join(folder.path, "mirror", `${main}.lock`);
    mkdirSync(join(lock, ".."), { recursive: true });
    writeFileSync(lock, "");

    await expect(git.updateRef(main, { expected: null, next: commit })).rejects.toMatchObject({
      retryable: true,
    });
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    expect(await git.updateRef(main, { expected: null, next: commit })).toBe(true);
  });

  test("settings that somebody planted in the mirror are gone when it is opened again", async () => {
    await open();
    const mirror = join(folder.path, "mirror");
    runFixtureGit(mirror, ["config", "core.fsmonitor", "touch /nonexistent/x"]);
    mkdirSync(join(mirror, "hooks"));
    writeFileSync(join(mirror, "info", "attributes"), "* filter=x\n");

    await open();

    expect(readFileSync(join(mirror, "config"), "utf8")).not.toContain("fsmonitor");
    expect(readFileSync(join(mirror, "info", "attributes"), "utf8")).toContain("!filter");
    expect(existsSync(join(mirror, "hooks"))).toBe(false);
  });

  test("refs that git packed are found, listed and moved", async () => {
    const source = createRepository(join(folder.path, "source"), { files: { a: "1" } });
    const git = await open();
    await git.fetch(source.folder, [[main, main]]);
    runFixtureGit(join(folder.path, "mirror"), ["pack-refs", "--all", "--prune"]);

    expect(await git.resolve(main)).toBe(source.head());
    expect(await git.listRefs("refs/heads")).toEqual(new Map([[main, source.head()]]));
    expect(await git.updateRef(main, { expected: source.head(), next: null })).toBe(true);
    expect(await git.resolve(main)).toBeNull();
  });
});

/** Living children of ours that work under a folder, by a word of their command line: other tests share this process. */
function childrenIn(folder: string, word: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/u.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      const isOurs = Number(stat[1]) === process.pid && readlinkSync(`/proc/${name}/cwd`).startsWith(folder);
      return stat[0] !== "Z" && isOurs && command.includes(word) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error("It did not happen within 10 s.");
    await pause(10);
  }
}
