import { join } from "node:path";
import { SandboxCheckRunner, checkToolFolder } from "../adapters/checks-command/sandbox-check-runner.ts";
import { openMemoryDurable } from "../adapters/durable-memory/memory-durable.ts";
import { LocalForge } from "../adapters/forge-local/local-forge.ts";
import { openGitMirror } from "../adapters/git-cli/git-mirror.ts";
import { openPostgresDatabase } from "../adapters/postgres/postgres-database.ts";
import { BubblewrapSandbox } from "../adapters/sandbox-bubblewrap/bubblewrap-sandbox.ts";
import { makeFolderWorkspace } from "../adapters/system/folder-workspace.ts";
import { systemClock } from "../adapters/system/system-clock.ts";
import { makeTimeOrderedIds } from "../adapters/system/time-ordered-ids.ts";
import { makeId, type RunId } from "../domain/ids.ts";
import { isTerminal, type Run } from "../domain/run.ts";
import type { RunPolicy } from "../domain/run-policy.ts";
import { makeModelBuilder } from "../pipeline/building/model-builder.ts";
import { rulesAuditor } from "../pipeline/building/rules-auditor.ts";
import { startRun, type RunRequest } from "../pipeline/control/start-run.ts";
import { driveRuns, workflowDefinitions } from "../pipeline/driving/drive-runs.ts";
import { relaySignals } from "../pipeline/driving/relay-signals.ts";
import { askModel } from "../pipeline/ask-model.ts";
import { makeModelPlanner } from "../pipeline/model-planner.ts";
import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import type { Edits } from "../ports/edits.ts";
import type { Logger } from "../ports/logger.ts";
import type { Model } from "../ports/model.ts";
import {
  createRepository,
  type FixtureFiles,
  type FixtureRepository,
  temporaryFolder,
} from "./git-fixtures.ts";
import { databaseForTests } from "./postgres-for-tests.ts";
import { nodeTestCheck, samplePolicy, sampleProject } from "./samples.ts";

const silentLog: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

export interface ScenarioOptions {
  readonly files: FixtureFiles;
  readonly model: Model;
  readonly edits: Edits;
  readonly policy?: Partial<RunPolicy>;
  readonly deps?: Partial<PipelineDeps>;
}

/** A whole product in one process over real git, PostgreSQL and sandbox; only the model's answers are scripted. */
export interface Scenario extends AsyncDisposable {
  readonly deps: PipelineDeps;
  /** The person's checkout. */
  readonly repository: FixtureRepository;
  /** The repository whose base branch moves. */
  readonly base: FixtureRepository;
  start(goal: string, overrides?: Partial<RunRequest>): Promise<Run>;
  /** Drives until the run is settled or paused, and answers it. */
  settle(runId: RunId): Promise<Run>;
}

export async function openScenario(options: ScenarioOptions): Promise<Scenario> {
  const folder = temporaryFolder("aas-scenario-");
  const repository = createRepository(join(folder.path, "repository"), { files: options.files });
  const mirrorFolder = join(folder.path, "mirror.git");
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  const git = await openGitMirror({ mirrorFolder, worktreeRoot: join(folder.path, "work"), env });
  const { url, drop } = await databaseForTests();
  const db = await openPostgresDatabase({ url, maxConnections: 6 });
  const project = sampleProject({ id: makeId("prj", "scenario"), repository: repository.folder });
  await db.projects.insert(project);
  const sandbox = new BubblewrapSandbox({
    bwrapPath: process.env["AAS_BWRAP"] ?? null,
    scratchFolder: join(folder.path, "scratch"),
    nodePath: process.execPath,
    toolFolder: checkToolFolder,
  });
  const durable = openMemoryDurable();
  const clock = systemClock;
  const deps: PipelineDeps = {
    db,
    clock,
    ids: makeTimeOrderedIds(clock),
    log: silentLog,
    actor: "worker:test",
    durable,
    git,
    forge: new LocalForge({
      git,
      home: { kind: "own", repository: repository.folder },
      recordFolder: join(folder.path, "records"),
    }),
    workspace: makeFolderWorkspace(join(folder.path, "work")),
    planners: [
      makeModelPlanner((run, ask, signal) =>
        askModel({ db, clock, actor: "worker:test", model: options.model }, run, ask, signal),
      ),
    ],
    model: options.model,
    batchProvider: null,
    builders: {
      model: makeModelBuilder({
        db,
        clock,
        actor: "worker:test",
        git,
        model: options.model,
        edits: options.edits,
      }),
      blueprint: null,
    },
    auditors: [rulesAuditor],
    checks: new SandboxCheckRunner({ sandbox, walls: "bubblewrap" }),
    checkout: null,
    board: null,
    channelNames: ["terminal"],
    ...options.deps,
  };
  await durable.launch(workflowDefinitions(deps, 2));
  const policy = samplePolicy({ checks: [nodeTestCheck()], protectedPaths: [], ...options.policy });
  return {
    deps,
    repository,
    base: { ...repository, folder: mirrorFolder },
    start: (goal, overrides = {}) =>
      startRun(deps, {
        projectId: project.id,
        goal,
        priority: "medium",
        assignee: null,
        source: { kind: "goal" },
        policy,
        baseBranch: "main",
        metadata: {},
        ...overrides,
      }),
    settle: (runId) => settle(deps, runId),
    [Symbol.asyncDispose]: async () => {
      await durable.shutdown();
      await git.close();
      await db.close();
      await drop();
      folder[Symbol.dispose]();
    },
  };
}

const lookEveryMs = 20;
const patienceMs = 60_000;

async function settle(deps: PipelineDeps, runId: RunId): Promise<Run> {
  const deadline = Date.now() + patienceMs;
  let seq = 0;
  for (;;) {
    const { projectId } = await deps.db.runs.get(runId);
    await driveRuns(deps, projectId, 3);
    seq = await relaySignals(deps, projectId, seq);
    const run = await deps.db.runs.get(runId);
    if (isTerminal(run.state) || run.state.status === "paused") return run;
    if (Date.now() > deadline) throw new Error(`Run ${runId} is still ${JSON.stringify(run.state)}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
