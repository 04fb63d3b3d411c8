import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type GitMirror, openGitMirror } from "../src/adapters/git-cli/git-mirror.ts";
import type { Sha } from "../src/domain/ids.ts";
import { createLargeRepository, pathOf } from "./large-repository.ts";
import { cpuMsOfThisProcess } from "./process-cpu.ts";
import { type BenchRow, ratioTarget } from "./row.ts";
import { scratchFolder } from "./scratch-folder.ts";
import { seed, seededNumbers } from "./seeded.ts";

const packages = 100;
/** One alone is noise: the first also compiles our code. */
const repeats = 5;
const filesEach = 10;
const limit = 3;
const main = "refs/heads/main";
const author = { name: "aas", email: "aas@localhost", at: new Date(1_767_225_600_000) };

interface Measured {
  readonly oursMs: number;
  readonly floorMs: number;
}

/** A hundred packages land one after the other, each squashed onto the base as it is then, beside git merging the same. */
export async function measureSquashLandings(): Promise<readonly BenchRow[]> {
  const measured: Measured[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) measured.push(await measureOnce());
  const { oursMs, floorMs } = medianOf(measured);
  const ratio = oursMs / floorMs;
  return [
    {
      name: `${packages} squash landings`,
      ours: `${oursMs.toFixed(0)} ms CPU`,
      floor: `${floorMs.toFixed(0)} ms CPU (one merge-tree --stdin)`,
      ratio,
      target: ratioTarget(ratio, limit),
      samples: repeats,
      note: `${filesEach} files each; merge, commit and compare-and-swap of the branch, no checks; seed ${seed}`,
    },
  ];
}

function medianOf(measured: readonly Measured[]): Measured {
  const sorted = measured.toSorted((a, b) => a.oursMs / a.floorMs - b.oursMs / b.floorMs);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("Nothing was measured.");
  return middle;
}

async function measureOnce(): Promise<Measured> {
  using folder = scratchFolder();
  const source = createLargeRepository(join(folder.path, "source"));
  const mirrorFolder = join(folder.path, "mirror.git");
  const place = { mirrorFolder, worktreeRoot: join(folder.path, "work") };
  const open = (): Promise<GitMirror> =>
    openGitMirror({ ...place, env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" } });
  const base = source.head();
  await using preparing = await open();
  await preparing.fetch(source.folder, [[main, main]]);
  const heads = await makePackages(preparing, base);
  await preparing.close();

  const known = new Set(looseObjects(mirrorFolder));
  const git = await open();
  const before = cpuMsOfThisProcess();
  const landed = await landAll(git, base, heads);
  await git.close();
  const oursMs = cpuMsOfThisProcess() - before;
  const untouched = join(folder.path, "untouched.git");
  cpSync(mirrorFolder, untouched, { recursive: true });
  forgetResults(untouched, known, landed);
  return { oursMs, floorMs: mergeByGit(untouched, landed) };
}

/** Packages that were all built on the same base and touch files of their own. */
async function makePackages(git: GitMirror, base: Sha): Promise<readonly Sha[]> {
  const next = seededNumbers();
  const heads: Sha[] = [];
  for (let index = 0; index < packages; index += 1) {
    const files = Array.from({ length: filesEach }, (_, file) => pathOf(index * filesEach + file));
    const contents = new Map(files.map((path) => [path, Buffer.from(`${next()}\n`)]));
    const tree = await git.writeTree(base, contents);
    heads.push(await git.createCommit({ tree, parents: [base], message: `package ${index}`, author }));
  }
  return heads;
}

interface Landing {
  readonly ours: Sha;
  readonly theirs: Sha;
}

/** As the queue does it: candidate on the base as it is, then the branch moves to it. */
async function landAll(git: GitMirror, base: Sha, heads: readonly Sha[]): Promise<readonly Landing[]> {
  const landings: Landing[] = [];
  let head = base;
  for (const theirs of heads) {
    const merge = await git.mergeTrees({ ours: head, theirs, base });
    if (merge.kind !== "clean") throw new Error(`A package conflicts in ${merge.files.join(", ")}`);
    const next = await git.createCommit({ tree: merge.tree, parents: [head], message: "land", author });
    if (!(await git.updateRef(main, { expected: head, next }))) throw new Error("The branch was elsewhere");
    landings.push({ ours: head, theirs });
    head = next;
  }
  return landings;
}

function looseObjects(mirrorFolder: string): readonly string[] {
  const folder = join(mirrorFolder, "objects");
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => objectPath.test(path));
}

const objectPath = /^[0-9a-f]{2}\/[0-9a-f]{38}$/u;

/** Leaves the commits that are asked about without the trees that the merges make: git has to write them too. */
function forgetResults(mirrorFolder: string, known: ReadonlySet<string>, landings: readonly Landing[]): void {
  const commits = new Set(landings.map(({ ours }) => `${ours.slice(0, 2)}/${ours.slice(2)}`));
  for (const path of looseObjects(mirrorFolder)) {
    if (!known.has(path) && !commits.has(path)) rmSync(join(mirrorFolder, "objects", path));
  }
}

/** The least that can make the same trees: the questions are known beforehand, nothing is committed, no branch moves. */
function mergeByGit(mirrorFolder: string, landings: readonly Landing[]): number {
  const input = landings.map(({ ours, theirs }) => `${ours} ${theirs}\n`).join("");
  const before = cpuMsOfThisProcess();
  const own = process.cpuUsage();
  const result = spawnSync("git", ["merge-tree", "--write-tree", "--stdin"], { cwd: mirrorFolder, input });
  if (result.status !== 0)
    throw new Error(`git merge-tree ended with ${result.status}: ${String(result.stderr)}`);
  const { user, system } = process.cpuUsage(own);
  return cpuMsOfThisProcess() - before - (user + system) / 1_000;
}
