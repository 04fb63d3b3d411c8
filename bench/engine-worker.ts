// One worker over real git, PostgreSQL and DBOS; builder and checks do nothing but what a task is about. Started by
// engine-overhead.ts in a process of its own, because DBOS is one per process.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { migrateDbos, openDbosDurable } from "../src/adapters/durable-dbos/dbos-durable.ts";
import { LocalForge } from "../src/adapters/forge-local/local-forge.ts";
import { type GitMirror, openGitMirror } from "../src/adapters/git-cli/git-mirror.ts";
import { readPrompts } from "../src/app/read-prompts.ts";
import { openPostgresDatabase } from "../src/adapters/postgres/postgres-database.ts";
import { makePriceTable } from "../src/adapters/prices/price-table.ts";
import { makeFolderWorkspace } from "../src/adapters/system/folder-workspace.ts";
import { systemClock } from "../src/adapters/system/system-clock.ts";
import { makeTimeOrderedIds } from "../src/adapters/system/time-ordered-ids.ts";
import { runWorker } from "../src/app/worker/worker.ts";
import { isTerminal, type Run } from "../src/domain/run.ts";
import { rulesAuditor } from "../src/pipeline/building/rules-auditor.ts";
import { startRun } from "../src/pipeline/control/start-run.ts";
import type { PipelineDeps } from "../src/pipeline/pipeline-deps.ts";
import type { Builder } from "../src/ports/builder.ts";
import type { CheckRunner } from "../src/ports/check-runner.ts";
import type { Database } from "../src/ports/database.ts";
import type { Logger } from "../src/ports/logger.ts";
import { sampleCheckDefinition, samplePolicy, sampleProject } from "../src/testing/samples.ts";
import { pathOf } from "./large-repository.ts";
import { cpuMsOfThisProcess, cpuMsOfTree } from "./process-cpu.ts";

export interface EngineJob {
  readonly databaseUrl: string;
  readonly postmasterPid: number;
  readonly repository: string;
  /** For mirror and worktrees. */
  readonly folder: string;
  readonly tasks: number;
}

export interface EngineCost {
  readonly oursMs: number;
  readonly gitMs: number;
  readonly databaseMs: number;
  readonly wallMs: number;
}

const builder: Builder = {
  name: "scripted",
  build: async (order) => {
    for (const path of order.task.files) appendFileSync(join(order.worktree, path), `${order.task.key}\n`);
    return { kind: "built", claims: {} };
  },
};

const checks: CheckRunner = {
  profile: "none",
  run: async () => ({ kind: "ran", passed: true, cases: [], output: "", durationMs: 0 }),
};

const log: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  error: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

const settleMs = 1_000;
const project = sampleProject();
const job = JSON.parse(process.argv[2] ?? "") as EngineJob;
const cost = await work(job);
process.stdout.write(JSON.stringify(cost));

async function work({ databaseUrl, postmasterPid, tasks }: EngineJob): Promise<EngineCost> {
  const stop = new AbortController();
  await using db = await openDatabase(databaseUrl);
  await using git = await openMirror();
  const deps = await compose(db.database, git);
  await db.database.projects.insert({ ...project, repository: job.repository });
  await deps.forge.fetchBase("main");
  const working = runWorker(
    {
      deps,
      channels: [],
      projectId: project.id,
      maxConcurrentRuns: 1,
      batchResultsFolder: join(job.folder, "batch-results"),
      buildConcurrency: 2,
      composed: { hash: "bench", word: null },
      idleExitMs: null,
    },
    stop.signal,
  );
  await pause(settleMs);
  const before = { own: ownMs(), tree: cpuMsOfThisProcess(), database: cpuMsOfTree(postmasterPid) };
  const startedAt = performance.now();
  const run = await settle(deps, await start(deps, tasks));
  const wallMs = performance.now() - startedAt;
  if (run.state.status !== "completed") throw new Error(`The run ended as ${JSON.stringify(run)}`);
  const databaseMs = cpuMsOfTree(postmasterPid) - before.database;
  stop.abort();
  await working;
  // What its long-lived processes used is counted when they have ended.
  await git.close();
  const own = ownMs() - before.own;
  return { oursMs: own, gitMs: cpuMsOfThisProcess() - before.tree - own, databaseMs, wallMs };
}

async function openDatabase(url: string): Promise<AsyncDisposable & { readonly database: Database }> {
  const database = await openPostgresDatabase({ url, maxConnections: 4 });
  return { database, [Symbol.asyncDispose]: () => database.close() };
}

function openMirror(): Promise<GitMirror> {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  return openGitMirror({
    mirrorFolder: join(job.folder, "mirror.git"),
    worktreeRoot: join(job.folder, "work"),
    env,
  });
}

async function compose(db: Database, git: GitMirror): Promise<PipelineDeps> {
  const target = { databaseUrl: job.databaseUrl };
  await migrateDbos(target);
  const home = { kind: "own", repository: job.repository } as const;
  return {
    db,
    git,
    log,
    checks,
    clock: systemClock,
    prompts: await readPrompts(),
    ids: makeTimeOrderedIds(systemClock),
    actor: "worker:bench",
    durable: await openDbosDurable({ ...target, executorId: `bench:${process.pid}`, log }),
    forge: new LocalForge({ git, home, recordFolder: join(job.folder, "records") }),
    workspace: makeFolderWorkspace(join(job.folder, "work")),
    planners: [],
    model: null,
    batchProvider: null,
    prices: makePriceTable(),
    builders: { model: builder, blueprint: null },
    auditors: [rulesAuditor],
    checkout: null,
    board: null,
    channelNames: [],
  };
}

async function start(deps: PipelineDeps, tasks: number): Promise<Run> {
  const plan = Array.from({ length: tasks }, (_, index) => ({
    id: `t${index}`,
    title: `Change file ${index}`,
    files: [pathOf(index)],
  }));
  return startRun(deps, {
    projectId: project.id,
    goal: "Change some files",
    priority: "medium",
    assignee: null,
    source: { kind: "plan", json: JSON.stringify({ tasks: plan, sizeReason: "a benchmark" }) },
    policy: samplePolicy({ checks: [sampleCheckDefinition()], batchEnabled: false, requireTests: false }),
    baseBranch: "main",
    metadata: {},
  });
}

async function settle(deps: PipelineDeps, { id }: Run): Promise<Run> {
  for (;;) {
    const run = await deps.db.runs.get(id);
    if (isTerminal(run.state) || run.state.status === "paused") return run;
    await pause(100);
  }
}

function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
