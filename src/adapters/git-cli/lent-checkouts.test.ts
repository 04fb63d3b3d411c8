import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sha } from "../../domain/ids.ts";
import { createRepository, type FixtureRepository, temporaryFolder } from "../../testing/git-fixtures.ts";
import { type GitMirror, openGitMirror } from "./git-mirror.ts";

const main = "refs/heads/main";

let folder: ReturnType<typeof temporaryFolder>;
let source: FixtureRepository;
let git: GitMirror;
let trees: string;

beforeEach(() => {
  folder = temporaryFolder();
  trees = join(folder.path, "trees");
  source = createRepository(join(folder.path, "source"), {
    files: { "a.txt": "one\n", "lib/b.txt": "b\n", "gone.txt": "x\n", ".gitignore": "*.log\n" },
  });
});

beforeEach(open);

afterEach(async () => {
  await git.close();
  folder[Symbol.dispose]();
});

async function open(): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "" };
  git = await openGitMirror({ mirrorFolder: join(folder.path, "mirror"), worktreeRoot: trees, env });
}

async function fetched(): Promise<Sha> {
  await git.fetch(source.folder, [[main, main]]);
  return source.head();
}

function filesIn(place: string): Readonly<Record<string, string>> {
  const names = readdirSync(place, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile() && each.name !== ".git");
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(place.length + 1), readFileSync(path, "utf8")];
    }),
  );
}

test("the next commit is lent in the same folder, without anything that was done in there", async () => {
  const first = await fetched();
  const places: string[] = [];
  await git.withCheckout(first, async (place) => {
    places.push(place);
    appendFileSync(join(place, "a.txt"), "changed\n");
    rmSync(join(place, "lib"), { recursive: true });
    mkdirSync(join(place, "out", "nested", ".git"), { recursive: true });
    writeFileSync(join(place, "out", "nested", "left.txt"), "");
    writeFileSync(join(place, "left.log"), "ignored\n");
  });
  source.commit("feat: second", { "gone.txt": null, "new.txt": "new\n" });
  const second = await fetched();

  const seen = await git.withCheckout(second, async (place) => {
    places.push(place);
    return filesIn(place);
  });

  expect(seen).toEqual({
    ".gitignore": "*.log\n",
    "a.txt": "one\n",
    "lib/b.txt": "b\n",
    "new.txt": "new\n",
  });
  expect(places[1]).toBe(places[0]);
});

test("two who borrow at once look at folders of their own", async () => {
  const first = await fetched();
  source.commit("feat: second", { "a.txt": "two\n" });
  const second = await fetched();
  const both = Promise.withResolvers<null>();
  let arrived = 0;
  const read = (commit: Sha): Promise<string> =>
    git.withCheckout(commit, async (place) => {
      arrived += 1;
      if (arrived === 2) both.resolve(null);
      await both.promise;
      return readFileSync(join(place, "a.txt"), "utf8");
    });

  expect(await Promise.all([read(first), read(second)])).toEqual(["one\n", "two\n"]);
});

test("a checkout that somebody destroyed is made anew", async () => {
  const first = await fetched();
  await git.withCheckout(first, async (place) => rmSync(place, { recursive: true }));

  expect(await git.withCheckout(first, async (place) => Object.keys(filesIn(place)).length)).toBe(4);
});

test("who fails gives the folder back", async () => {
  const first = await fetched();
  const failing = git.withCheckout(first, () => Promise.reject(new Error("the check broke")));
  await expect(failing).rejects.toThrow("the check broke");

  await git.withCheckout(first, async () => null);

  expect(readdirSync(trees)).toHaveLength(1);
});

test("nothing is left when the mirror is closed", async () => {
  await git.withCheckout(await fetched(), async () => null);

  await git.close();

  expect(readdirSync(trees)).toEqual([]);
  expect(existsSync(join(folder.path, "mirror", "checkouts.git", "worktrees"))).toBe(false);
});

test("what a process left that died is removed, and what a living one has stays", async () => {
  const first = await fetched();
  const { pid: dead } = spawnSync("true");
  const [left, kept] = [join(trees, `checkout-${dead}-ab-1`), join(trees, `checkout-${process.ppid}-ab-1`)];
  for (const place of [left, kept]) await git.addWorktree(place, first);

  await git.withCheckout(first, async () => null);

  expect([existsSync(left), existsSync(kept)]).toEqual([false, true]);
});
