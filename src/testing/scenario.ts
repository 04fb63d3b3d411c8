import { join } from "node:path";
import { SandboxCheckRunner } from "../adapters/checks-command/sandbox-check-runner.ts";
import { openMemoryDurable } from "../adapters/durable-memory/memory-durable.ts";
import { FencedEdits } from "../adapters/edits/fenced-edits.ts";
import { LocalForge } from "../adapters/forge-local/local-forge.ts";
import { makeFolderWorkspace } from "../adapters/system/folder-workspace.ts";
import { makeTimeOrderedIds } from "../adapters/system/time-ordered-ids.ts";
import { batchResultsFolderOf } from "../app/worker/keep-batch-results.ts";
import { readPrompts } from "../app/read-prompts.ts";
import type { ProjectId, RunId } from "../domain/ids.ts";
import type { Notification } from "../domain/notification.ts";
import { isTerminal, type Run } from "../domain/run.ts";
import type { RunPolicy } from "../domain/running/run-policy.ts";
import { askModel } from "../pipeline/paying/ask-model.ts";
import { makeModelBuilder } from "../pipeline/building/model-builder.ts";
import { rulesAuditor } from "../pipeline/building/rules-auditor.ts";
import { startRun, type RunRequest } from "../pipeline/control/start-run.ts";
import { workflowDefinitions } from "../pipeline/driving/drive-runs.ts";
import { makeModelPlanner } from "../pipeline/planning/model-planner.ts";
import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import { type RunSummary, summarizeRun } from "../pipeline/queries/run-summary.ts";
import type { RecordingDeps } from "../pipeline/recording/make-event.ts";
import type { Channel } from "../ports/channel.ts";
import type { CheckRunner } from "../ports/check-runner.ts";
import type { Edits } from "../ports/edits.ts";
import type { IdSource } from "../ports/id-source.ts";
import type { Model } from "../ports/model.ts";
import type { PriceTable } from "../ports/price-table.ts";
import { composeSandbox } from "../app/composing/compose-sandbox.ts";
import { type FixtureRepository, runFixtureGit } from "./git-fixtures.ts";
import { collectingLog } from "./collecting-log.ts";
import { movableClock, type MovableClock } from "./movable-clock.ts";
import { samplePolicy } from "./samples.ts";
import { emptyPriceTable } from "./scripted-model.ts";
import { makeDriver, type ScenarioDriver } from "./drive-scenario.ts";
import { hurriedTimers } from "./hurried-timers.ts";
import { openPlace, type PlaceOptions, type ScenarioPlace } from "./scenario-place.ts";

export interface ScenarioOptions extends PlaceOptions {
  readonly model: Model;
  readonly edits?: Edits;
  /** Without one, every model says its own price. */
  readonly prices?: PriceTable;
  readonly policy?: Partial<RunPolicy>;
  readonly deps?:
    | Partial<PipelineDeps>
    | ((deps: PipelineDeps) => Partial<PipelineDeps> | Promise<Partial<PipelineDeps>>);
  readonly maxConcurrentRuns?: number;
  /** Everything that waits for a while waits this much less. */
  readonly hurry?: number;
}

/** A check that really ran in the sandbox. */
export interface CheckRun {
  readonly name: string;
  /** The beginning of the tree's name. */
  readonly tree: string;
}

/** A whole product in one process over real git, PostgreSQL and sandbox; only the model's answers are scripted. */
export interface Scenario extends AsyncDisposable {
  readonly deps: PipelineDeps;
  readonly projectId: ProjectId;
  /** The policy of the scenario's runs, with what one of them has otherwise. */
  policy(overrides?: Partial<RunPolicy>): RunPolicy;
  /** What a command of a person is called with. */
  readonly person: RecordingDeps & { readonly ids: IdSource };
  readonly clock: MovableClock;
  /** The person's checkout. */
  readonly repository: FixtureRepository;
  /** The repository whose base branch moves. */
  readonly base: FixtureRepository;
  readonly checkRuns: readonly CheckRun[];
  readonly batchResultsFolder: string;
  /** Warnings and errors of the log. */
  readonly troubles: readonly string[];
  /** What the person got to read. */
  readonly messages: readonly Notification[];
  start(goal: string, overrides?: Partial<RunRequest>): Promise<Run>;
  /** Drives until the run is settled or paused, and answers it. */
  settle(runId: RunId): Promise<Run>;
  /** Drives until the run is as it is waited for. */
  readonly until: ScenarioDriver;
  summary(runId: RunId): Promise<RunSummary>;
}

const usualHurry = 10;

export async function openScenario(options: ScenarioOptions): Promise<Scenario> {
  const place = await openPlace(options);
  const { folder, repository, base, git, db } = place;
  const clock = movableClock();
  const ids = makeTimeOrderedIds(clock);
  const durable = openMemoryDurable({ timers: hurriedTimers(options.hurry ?? usualHurry) });
  const checkRuns: CheckRun[] = [];
  const told: string[] = [];
  const messages: Notification[] = [];
  const composed: PipelineDeps = {
    ...composeModel({ ...place, clock, prompts: await readPrompts() }, options),
    db,
    clock,
    ids,
    log: collectingLog(told),
    durable,
    git,
    forge: new LocalForge({
      git,
      home:
        options.home === "remote"
          ? { kind: "remote", url: base.folder }
          : { kind: "own", repository: repository.folder },
      recordFolder: join(folder, "records"),
    }),
    workspace: makeFolderWorkspace(join(folder, "work")),
    batchProvider: null,
    auditors: [rulesAuditor],
    checks: counting(checkRunner(folder), checkRuns),
    checkout: null,
    board: null,
    channelNames: ["terminal"],
  };
  const overrides = typeof options.deps === "function" ? await options.deps(composed) : options.deps;
  const deps = { ...composed, ...overrides };
  await durable.launch(workflowDefinitions(deps, 2));
  const until = makeDriver(deps, place, {
    told,
    channels: [keeping(messages)],
    maxConcurrentRuns: options.maxConcurrentRuns ?? 3,
  });
  return {
    deps,
    projectId: place.project.id,
    policy: (given = {}) => policyOf(options, given),
    person: { db, clock, ids, actor: "person:ada" },
    clock,
    repository,
    base,
    checkRuns,
    batchResultsFolder: batchResultsFolderOf(place),
    troubles: told,
    messages,
    until,
    start: (goal, request = {}) => startRun(deps, runRequest(place, options, { goal, ...request })),
    settle: async (runId) =>
      (await until(runId, ({ run }) => isTerminal(run.state) || run.state.status === "paused")).run,
    summary: (runId) => summarizeRun({ db }, runId),
    [Symbol.asyncDispose]: async () => {
      await durable.shutdown();
      await place[Symbol.asyncDispose]();
    },
  };
}

function composeModel(
  { db, git, clock, prompts }: Pick<PipelineDeps, "db" | "git" | "clock" | "prompts">,
  { model, edits = new FencedEdits(), prices = emptyPriceTable }: ScenarioOptions,
): Pick<PipelineDeps, "actor" | "prompts" | "planners" | "model" | "prices" | "builders"> {
  const deps = { db, clock, model, prices, actor: "worker:test" };
  return {
    actor: deps.actor,
    prompts,
    planners: [makeModelPlanner(prompts, (run, ask, signal) => askModel(deps, run, ask, signal))],
    model,
    prices,
    builders: {
      model: makeModelBuilder({ ...deps, git, edits, prompts }),
      blueprint: null,
    },
  };
}

function runRequest(
  { project }: ScenarioPlace,
  options: ScenarioOptions,
  given: Partial<RunRequest> & Pick<RunRequest, "goal">,
): RunRequest {
  return {
    projectId: project.id,
    priority: "medium",
    assignee: null,
    source: { kind: "goal" },
    policy: policyOf(options),
    baseBranch: "main",
    metadata: {},
    ...given,
  };
}

function policyOf(options: ScenarioOptions, given: Partial<RunPolicy> = {}): RunPolicy {
  const quiet = { protectedPaths: [], analysisEnabled: false, batchEnabled: false, requireTests: false };
  return samplePolicy({ ...quiet, ...options.policy, ...given });
}

function checkRunner(folder: string): CheckRunner {
  const sandbox = composeSandbox(process.env, join(folder, "scratch"));
  return new SandboxCheckRunner({ sandbox, walls: "bubblewrap" });
}

/** Notes each check that runs, with the tree that its folder holds. */
function counting(runner: CheckRunner, runs: CheckRun[]): CheckRunner {
  return {
    profile: runner.profile,
    run: async (check, treeFolder, signal) => {
      runs.push({ name: check.name, tree: runFixtureGit(treeFolder, ["rev-parse", "HEAD^{tree}"]).trim() });
      return runner.run(check, treeFolder, signal);
    },
  };
}

function keeping(messages: Notification[]): Channel {
  return {
    name: "terminal",
    deliver: async (notification) => {
      messages.push(notification);
      return { kind: "delivered" };
    },
  };
}
