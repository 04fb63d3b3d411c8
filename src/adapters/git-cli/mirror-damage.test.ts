import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import { createRepository, type FixtureRepository, temporaryFolder } from "../../testing/git-fixtures.ts";
import { type GitMirror, openGitMirror } from "./git-mirror.ts";
import { findDamage, mendMirror, type MirrorPlace } from "./mirror-damage.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const main = "refs/heads/main";
const author = { name: "Ada", email: "a@b.c", at: new Date(1_800_000_000_000) };

let scratch: ReturnType<typeof temporaryFolder>;
let source: FixtureRepository;
let place: MirrorPlace;
/** Made by us: nobody else has it. */
let ours: Sha;
const opened: GitMirror[] = [];

beforeEach(async () => {
  scratch = temporaryFolder();
  place = { mirrorFolder: join(scratch.path, "mirror"), env };
  source = createRepository(join(scratch.path, "source"), { files: { "a.txt": "from the person\n" } });
  const git = await open();
  await git.fetch(source.folder, [
    [main, main],
    [main, "refs/aas/base/main"],
  ]);
  const tree = await git.writeTree(source.head(), new Map([["b.txt", Buffer.from("from us\n")]]));
  ours = await git.createCommit({ tree, parents: [source.head()], message: "ours", author });
  await git.updateRef("refs/heads/aas/run/1", { expected: null, next: ours });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((git) => git.close()));
  scratch[Symbol.dispose]();
});

test("a mirror that was not touched is whole, and mending it does nothing", async () => {
  expect(await findDamage(place)).toEqual([]);
  expect(await mendMirror(place, source.folder)).toEqual({ kind: "whole" });
});

test.each([
  ["its config is gone", (mirror: string) => rmSync(join(mirror, "config"))],
  ["its HEAD is empty", (mirror: string) => writeFileSync(join(mirror, "HEAD"), "")],
  ["its HEAD is gone", (mirror: string) => rmSync(join(mirror, "HEAD"))],
  [
    "the HEAD of its worktrees is empty",
    (mirror: string) => writeFileSync(join(mirror, "checkouts.git", "HEAD"), ""),
  ],
])("%s: opening it puts that right, and nothing of ours is lost", async (_what, damage) => {
  damage(place.mirrorFolder);

  const git = await open();

  expect(await findDamage(place)).toEqual([]);
  expect(await git.fetch(source.folder, [[main, main]])).toEqual([]);
  expect(await git.resolve("refs/heads/aas/run/1")).toBe(ours);
  const worktree = join(scratch.path, "trees", "one");
  await git.addWorktree(worktree, ours);
  expect(readFileSync(join(worktree, "b.txt"), "utf8")).toBe("from us\n");
});

test.each(["", "garbage\n", `${"0".repeat(39)}\n`])(
  "a copy of the remote's base that says %j is fetched again",
  async (text) => {
    writeFileSync(join(place.mirrorFolder, "refs", "aas", "base", "main"), text);

    const git = await open();
    await git.fetch(source.folder, [[main, "refs/aas/base/main"]]);

    expect(await git.resolve("refs/aas/base/main")).toBe(source.head());
  },
);

test("a damaged ref of our own is kept, and the error says what to do about it", async () => {
  const file = join(place.mirrorFolder, "refs", "heads", "aas", "run", "1");
  writeFileSync(file, "garbage\n");

  const git = await open();

  expect(await failureOf(git.resolve("refs/heads/aas/run/1"))).toEqual({
    code: "git_failed",
    message: "The ref refs/heads/aas/run/1 of the mirror is damaged.",
    cure: `Write the commit that it should name into ${file}, or delete that file if nobody needs its work.`,
  });
  expect(readFileSync(file, "utf8")).toBe("garbage\n");
});

test("a mirror without refs is not taken for an empty one", async () => {
  rmSync(join(place.mirrorFolder, "refs"), { recursive: true });

  expect(await failureOf(open())).toEqual({
    code: "git_failed",
    message: `The mirror ${place.mirrorFolder} is damaged: its refs are gone.`,
    cure: `Move ${place.mirrorFolder} away and repeat the command: it is made anew from your repository. Keep the old one if runs had work there that you do not have.`,
  });
  expect(existsSync(join(place.mirrorFolder, "refs"))).toBe(false);
});

const injuries: readonly (readonly [string, (file: string) => void])[] = [
  ["emptied", (file) => truncateSync(file, 0)],
  ["cut off", (file) => truncateSync(file, 24)],
  ["garbled", (file) => writeFileSync(file, "garbage")],
  ["continued with zeros", (file) => truncateSync(file, 4096)],
  ["gone", (file) => rmSync(file)],
];

test.each(injuries)(
  "a fetched pack that was %s comes back from where it was fetched",
  async (_how, damage) => {
    const [commit, pack] = [source.head(), packFile(".pack")];
    source.commit("later", { "c.txt": "c\n" });
    await (await open()).fetch(source.folder, [[main, main]]);
    damage(pack);

    expect(await mendAfterReading(commit, "a.txt")).toEqual(bothTexts);
  },
);

test.each(injuries)("the index of a pack that was %s comes back", async (_how, damage) => {
  const [commit, index] = [source.head(), packFile(".idx")];
  source.commit("later", { "c.txt": "c\n" });
  await (await open()).fetch(source.folder, [[main, main]]);
  damage(index);

  expect(await mendAfterReading(commit, "a.txt")).toEqual(bothTexts);
});

test.each(injuries)(
  "objects of our own that were %s come back once the person has pulled them",
  async (_how, damage) => {
    source.git("fetch", "--quiet", place.mirrorFolder, "refs/heads/aas/run/1");
    source.git("merge", "--quiet", "--ff-only", "FETCH_HEAD");
    for (const name of [ours, `${ours}^{tree}`, `${ours}:b.txt`])
      damage(objectFile(source.git("rev-parse", name)));

    expect(await mendAfterReading(ours, "b.txt")).toEqual(bothTexts);
  },
);

test("what only the mirror had cannot be mended: the error says so, and what can be read stays", async () => {
  truncateSync(objectFile(ours), 0);
  const before = readdirSync(join(place.mirrorFolder, "objects"));

  expect(await failureOf(mendMirror(place, source.folder))).toEqual({
    code: "git_failed",
    message: expect.stringContaining(`The mirror ${place.mirrorFolder} is damaged: error: `),
    cure: expect.stringContaining("Keep the old one if runs had work there that you do not have."),
  });
  expect(readdirSync(join(place.mirrorFolder, "objects"))).toEqual(before);
});

test("an object that only the mirror has and that can still be read is there after an attempt to mend it", async () => {
  const blob = source.git("--git-dir", place.mirrorFolder, "rev-parse", `${ours}:b.txt`);
  appendFileSync(objectFile(blob), "\n");

  expect(await failureOf(mendMirror(place, source.folder))).toMatchObject({ code: "git_failed" });

  expect(source.git("--git-dir", place.mirrorFolder, "cat-file", "-p", blob)).toBe("from us");
});

const bothTexts = ["from the person\n", "from us\n"];

/** Reading fails and says what to do, which is done; the texts as they are then, the person's and ours. */
async function mendAfterReading(commit: Sha, path: string): Promise<readonly (string | undefined)[]> {
  const git = await open();
  expect(await failureOf(git.readFile(commit, path))).toMatchObject({
    cure: "aas doctor names what is damaged in the mirror; aas init takes it again from your repository.",
  });
  expect(await findDamage(place)).not.toEqual([]);

  expect(await mendMirror(place, source.folder)).toEqual({ kind: "mended" });

  const names = readdirSync(join(place.mirrorFolder, "objects"));
  expect(names.filter((name) => name.startsWith("tmp_"))).toEqual([]);
  const after = await open();
  const texts = await Promise.all(["a.txt", "b.txt"].map((each) => after.readFile(ours, each)));
  return texts.map((text) => text?.toString());
}

async function open(): Promise<GitMirror> {
  const git = await openGitMirror({ ...place, worktreeRoot: join(scratch.path, "trees") });
  opened.push(git);
  return git;
}

function packFile(ending: string): string {
  const folder = join(place.mirrorFolder, "objects", "pack");
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? "");
  chmodSync(file, 0o644);
  return file;
}

function objectFile(sha: string): string {
  const file = join(place.mirrorFolder, "objects", sha.slice(0, 2), sha.slice(2));
  chmodSync(file, 0o644);
  return file;
}

async function failureOf(work: Promise<unknown>): Promise<Pick<AasError, "code" | "message" | "cure">> {
  const error = await work.then(
    () => new Error("It went well"),
    (reason: unknown) => reason as AasError,
  );
  const { code, message, cure } = error as AasError;
  return { code, message, cure };
}
