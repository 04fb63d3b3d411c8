import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Pool } from "pg";
import { type FixtureRepository, runFixtureGit } from "../../src/testing/git-fixtures.ts";
import { readEvents, type ToldEvent } from "./told.ts";
import type { World } from "./world.ts";

/** What the world shows from outside: repositories, the receiver's log, the provider's log, the event table. */
export interface Observed {
  readonly events: readonly ToldEvent[];
  /** Runs that a person wanted to be asked about before they land, as they were started. */
  readonly askFirst: ReadonlySet<string>;
  readonly start: string;
  /** The first-parent chain of the base branch, oldest first, with `start` at its beginning when it is whole. */
  readonly chain: readonly ObservedCommit[];
  /** The tree of each commit of the chain: path → content. */
  readonly trees: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Values of `Aas-Submission` on each integration branch, by run. */
  readonly collected: ReadonlyMap<string, readonly string[]>;
  /** Refs of the mirror and of the base repository. */
  readonly refs: readonly string[];
  readonly leftovers: readonly string[];
  readonly webhooks: readonly ObservedWebhook[];
  readonly provider: readonly ProviderLine[];
}

export interface ObservedCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
}

export interface ObservedWebhook {
  readonly id: string;
  readonly isVerified: boolean;
  readonly body: string;
}

export interface ProviderLine {
  readonly type: string;
  readonly submitKey?: string;
  readonly ref?: string;
  readonly uploadRef?: string;
  readonly items?: readonly { readonly customId: string }[];
}

/** What the last worker has in use is no leftover: nobody came after it. */
export async function observe(world: World, lastWorker: number): Promise<Observed> {
  const events = await readEvents(world.pool);
  const chain = readChain(world.base);
  const runs = [...new Set(events.flatMap((event) => (event.runId === null ? [] : [event.runId])))];
  return {
    events,
    askFirst: await readAskFirst(world.pool),
    start: world.start,
    chain,
    trees: new Map(chain.map(({ sha }) => [sha, readTree(world.base, sha)])),
    collected: new Map(runs.map((run) => [run, readCollected(world.mirror, world.start, run)])),
    refs: [...readRefs(world.mirror), ...readRefs(world.base)],
    leftovers: readLeftovers(world).filter((path) => !isOf(lastWorker, path)),
    webhooks: readWebhooks(readFileSync(world.webhookLog, "utf8")),
    provider: readProvider(world.journalFile),
  };
}

/** A policy is what a person wanted, and never changes: no note of ours about what was done. */
async function readAskFirst(pool: Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ readonly id: string }>(
    `select id from aas.runs
     where (policy->>'requireApproval')::boolean or not (policy->>'mergeAuto')::boolean`,
  );
  return new Set(rows.map(({ id }) => id));
}

const fieldMark = "\u0001";
const commitMark = "\u0002";

function readChain(repository: FixtureRepository): readonly ObservedCommit[] {
  const format = `--format=%H${fieldMark}%P${fieldMark}%B${commitMark}`;
  const log = repository.git("log", "--first-parent", "--reverse", format, "refs/heads/main");
  return log
    .split(commitMark)
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => {
      const [sha = "", parents = "", message = ""] = text.split(fieldMark);
      return { sha, parents: parents.split(" ").filter((each) => each !== ""), message };
    });
}

function readTree(repository: FixtureRepository, sha: string): Readonly<Record<string, string>> {
  const paths = repository.git("ls-tree", "-r", "-z", "--name-only", sha).split("\0");
  const files = paths.filter((path) => path !== "");
  return Object.fromEntries(
    files.map((path) => [path, runFixtureGit(repository.folder, ["show", `${sha}:${path}`])]),
  );
}

function readCollected(repository: FixtureRepository, start: string, run: string): readonly string[] {
  const ref = `refs/heads/aas/run/${run}/integration`;
  if (!readRefs(repository).includes(ref)) return [];
  const log = repository.git("log", "--format=%(trailers:key=Aas-Submission,valueonly)", `${start}..${ref}`);
  return log.split("\n").filter((line) => line !== "");
}

function readRefs(repository: FixtureRepository): readonly string[] {
  const lines = repository.git("for-each-ref", "--format=%(refname)").split("\n");
  return lines.filter((line) => line !== "");
}

/** Worktrees and locks of processes that are dead. */
function readLeftovers(world: World): readonly string[] {
  const admin = join(world.mirror.folder, "checkouts.git", "worktrees");
  const locks = readdirSync(world.mirror.folder, { recursive: true, encoding: "utf8" });
  return [
    ...leftIn(join(world.home.folder, "worktrees")),
    ...leftIn(join(world.home.folder, "scratch")),
    ...(existsSync(admin)
      ? readdirSync(admin).map((name) => `mirror.git/checkouts.git/worktrees/${name}`)
      : []),
    ...locks.filter((name) => name.endsWith(".lock")),
  ];
}

function isOf(pid: number, path: string): boolean {
  return new RegExp(String.raw`(?:^|[/-])${pid}(?:$|[/-])`, "u").test(path);
}

/** Folders of processes there. */
function leftIn(root: string): readonly string[] {
  const folders = existsSync(root) ? readdirSync(root).filter((name) => !name.endsWith(".lock")) : [];
  return folders.map((name) => `${basename(root)}/${name}`);
}

export function readWebhooks(log: string): readonly ObservedWebhook[] {
  return linesOf(log).map((line) => JSON.parse(line) as ObservedWebhook);
}

function readProvider(file: string): readonly ProviderLine[] {
  if (!existsSync(file)) return [];
  return linesOf(readFileSync(file, "utf8")).flatMap((line) => {
    try {
      return [JSON.parse(line) as ProviderLine];
    } catch {
      // A line that a crash cut off never happened.
      return [];
    }
  });
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
