import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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

/** How much of everything: the test stays quick; `AAS_BENCH=6000x20` measures a real repository. */
const [fileCount = 0, rounds = 0] = (process.env["AAS_BENCH"] ?? "60x2").split("x").map(Number);
const author = { name: "Fixture", email: "fixture@example.com", at: new Date(1_767_225_600_000) };
const main = "refs/heads/main";

interface Way {
  readonly worktree: () => Promise<Sha>;
  readonly merge: (ours: Sha, theirs: Sha) => Promise<Sha>;
  readonly commit: (tree: Sha, parent: Sha) => Promise<Sha>;
  readonly move: (from: Sha, to: Sha) => Promise<void>;
}

test(
  "our way and bare git commands make the same commits; their cost is printed",
  { timeout: 300_000 },
  async () => {
    using folder = temporaryFolder();
    const files = Object.fromEntries(
      Array.from({ length: fileCount }, (_, at) => [`src/${at % 50}/f${at}.ts`, `${at}\n`]),
    );
    const source = createRepository(join(folder.path, "source"), { files });
    const place = { mirrorFolder: join(folder.path, "mirror"), worktreeRoot: join(folder.path, "trees") };
    const open = (): Promise<GitMirror> =>
      openGitMirror({ ...place, env: { PATH: process.env["PATH"] ?? "" } });
    await using git = await open();
    await git.fetch(source.folder, [[main, main]]);
    const bare = createBareRepository(join(folder.path, "bare"), source);
    const [first, tree] = [source.head(), join(folder.path, "trees", "one")];

    const ours = await measure(oursOf(git, tree, first), first, () => git.close());
    const theirs = await measure(bareOf(bare, join(folder.path, "other"), first), first, () =>
      Promise.resolve(),
    );

    expect(ours.made).toEqual(theirs.made);
    report(ours.cost, theirs.cost);
  },
);

function oursOf(git: GitMirror, tree: string, first: Sha): Way {
  return {
    worktree: async () => {
      await git.addWorktree(tree, first);
      appendFileSync(join(tree, "src/0/f0.ts"), "more\n");
      const made = await git.commitWorktree(tree, { parent: first, message: "work", author });
      await git.removeWorktree(tree);
      if (made === null) throw new Error("Nothing differed.");
      return made;
    },
    merge: async (ours, theirs) => {
      const outcome = await git.mergeTrees({ ours, theirs });
      if (outcome.kind === "conflict") throw new Error("It conflicts.");
      return outcome.tree;
    },
    commit: (tree_, parent) => git.createCommit({ tree: tree_, parents: [parent], message: "land", author }),
    move: async (from, to) => expect(await git.updateRef(main, { expected: from, next: to })).toBe(true),
  };
}

function bareOf(bare: FixtureRepository, tree: string, first: Sha): Way {
  const run = (...args: readonly string[]): Promise<Sha> => Promise.resolve(bare.git(...args) as Sha);
  return {
    worktree: async () => {
      bare.git("worktree", "add", "--quiet", "--detach", tree, first);
      appendFileSync(join(tree, "src/0/f0.ts"), "more\n");
      runFixtureGit(tree, ["add", "--all"]);
      runFixtureGit(tree, ["commit", "--quiet", "--message", "work"]);
      const made = runFixtureGit(tree, ["rev-parse", "HEAD"]).trim() as Sha;
      await run("worktree", "remove", "--force", tree);
      rmSync(tree, { recursive: true, force: true });
      return made;
    },
    merge: (ours, theirs) => run("merge-tree", "--write-tree", ours, theirs),
    commit: (tree_, parent) => run("commit-tree", "-p", parent, "-m", "land", tree_),
    move: async (from, to) => void (await run("update-ref", main, to, from)),
  };
}

type Cost = ReadonlyMap<string, number>;

async function measure(
  way: Way,
  first: Sha,
  settle: () => Promise<void>,
): Promise<{ readonly made: readonly Sha[]; readonly cost: Cost }> {
  const cost = new Map<string, number>();
  async function time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = cpuMs();
    const result = await work();
    cost.set(name, (cost.get(name) ?? 0) + cpuMs() - before);
    return result;
  }
  const made: Sha[] = [];
  for (let round = 0; round < rounds; round += 1)
    made.push(await time("worktree add, commit, remove", way.worktree));
  const [worked = first] = made;
  for (let round = 0; round < rounds * 10; round += 1) {
    const tree = await time("merge-tree", () => way.merge(first, worked));
    made.push(await time("commit", () => way.commit(tree, first)));
  }
  const landed = made.at(-1) ?? first;
  for (let round = 0; round < rounds * 5; round += 1) {
    await time("update-ref", () => way.move(first, landed));
    await time("update-ref", () => way.move(landed, first));
  }
  // What the long-lived processes used is counted when they end.
  await time("long-lived processes", settle);
  return { made, cost };
}

/** CPU time of this process, exact, and of its ended children, in steps of 10 ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (user + system) / 1000 + (Number(stat[13]) + Number(stat[14])) * 10;
}

function report(ours: Cost, theirs: Cost): void {
  const lines = [...ours].map(([name, total]) => {
    const [one, other] = [total, theirs.get(name) ?? 0].map((each) => (each / calls(name)).toFixed(2));
    return `  ${name.padEnd(30)} ${one?.padStart(8)} ${other?.padStart(8)}`;
  });
  process.stdout.write(`\nCPU ms a call, ${fileCount} files (ours, bare git):\n${lines.join("\n")}\n`);
}

function calls(name: string): number {
  return name.startsWith("worktree") ? rounds : rounds * 10;
}
