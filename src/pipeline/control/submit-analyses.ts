import {
  type AnalysisBoard,
  type AnalysisObstacle,
  analysisObstacle,
  tasksToAnalyse,
} from "../../domain/planning/analysis-choice.ts";
import { AasError } from "../../domain/errors.ts";
import type { ProjectId, RunId, TaskKey } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { unprovenTasks } from "../../domain/planning/unproven-tasks.ts";
import type { Database } from "../../ports/database.ts";
import { noChecksError } from "../planning/no-checks.ts";
import { type RunRequest, startRun, type StartRunDeps } from "./start-run.ts";

export interface AnalysisRequest extends Omit<RunRequest, "goal" | "source"> {
  /** The tasks that a person named; null: everything that is new. */
  readonly keys: readonly TaskKey[] | null;
}

export interface AnalysisChoice {
  readonly tasks: readonly Task[];
  /** New ones that are left out, because nothing would prove the work on them. */
  readonly unproven: readonly Task[];
}

export type AnalysisSubmission =
  | ({ readonly kind: "submitted"; readonly run: Run } & AnalysisChoice)
  | ({ readonly kind: "nothing_new" } & AnalysisChoice)
  /** Somebody else is choosing at this moment. */
  | { readonly kind: "busy" };

const leaseMs = 60_000;

/** Records a run that asks about tasks of the board. One at a time: two that choose at once would choose the same tasks. */
export async function submitAnalyses(
  deps: StartRunDeps,
  request: AnalysisRequest,
): Promise<AnalysisSubmission> {
  const holder = `${deps.actor}:${deps.ids.next()}`;
  const lease = await deps.db.leases.claim(`batch-submit:${request.projectId}`, holder, leaseMs);
  if (lease === null) return { kind: "busy" };
  try {
    const choice = await chooseForAnalysis(deps.db, request);
    if (choice.tasks.length === 0) return { kind: "nothing_new", ...choice };
    const keys = choice.tasks.map((task) => task.key);
    const { keys: _, ...rest } = request;
    const run = await startRun(deps, { ...rest, goal: goalOf(keys), source: { kind: "tasks", keys } });
    return { kind: "submitted", run, ...choice };
  } finally {
    await deps.db.leases.release(lease);
  }
}

const namedInGoal = 20;

function goalOf(keys: readonly TaskKey[]): string {
  const rest = keys.length - namedInGoal;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return `Analyse ${keys.slice(0, namedInGoal).join(", ")}${more}`;
}

/** Which tasks would be sent. A task that was named and cannot be sent is refused, and says why. */
export async function chooseForAnalysis(
  db: Database,
  { projectId, keys, policy }: Pick<AnalysisRequest, "projectId" | "keys" | "policy">,
): Promise<AnalysisChoice> {
  const board = await readBoard(db, projectId, keys ?? []);
  if (keys === null) {
    const found = tasksToAnalyse(board);
    const unproven = unprovenTasks(policy.checks, found);
    return { tasks: found.filter((task) => !unproven.includes(task)), unproven };
  }
  const tasks = [...new Set(keys)].map((key) => getSendable(board, key, keys));
  const unproven = unprovenTasks(policy.checks, tasks);
  if (unproven.length > 0) throw noChecksError(unproven.map((task) => task.key));
  return { tasks, unproven: [] };
}

async function readBoard(
  db: Database,
  projectId: ProjectId,
  named: readonly TaskKey[],
): Promise<AnalysisBoard> {
  const tasks = await db.tasks.list(projectId);
  const answered = new Map<TaskKey, RunId>();
  for (const { key, runId } of tasks.filter((task) => named.includes(task.key))) {
    const analysis = runId === null ? null : await db.batches.findAnalysis(runId, key);
    if (analysis !== null) answered.set(key, analysis.runId);
  }
  return { tasks, answered, runs: await db.runs.list(projectId, {}) };
}

function getSendable(board: AnalysisBoard, key: TaskKey, named: readonly TaskKey[]): Task {
  const task = board.tasks.find((each) => each.key === key);
  if (task === undefined)
    throw new AasError("not_found", `There is no task ${key}.`, { cure: "aas task list" });
  const obstacle = analysisObstacle(task, board, named);
  if (obstacle === null || obstacle.kind === "had_run") return task;
  throw refusal(key, obstacle);
}

function refusal(key: TaskKey, obstacle: Exclude<AnalysisObstacle, { kind: "had_run" }>): AasError {
  switch (obstacle.kind) {
    case "has_run":
      return conflict(`${key} is worked on by ${obstacle.runId}.`, `aas batch status ${obstacle.runId}`);
    case "answered":
      return conflict(
        `${key} has an analysis already, of ${obstacle.runId}.`,
        `aas batch results ${obstacle.runId}`,
      );
    case "not_queued":
      return conflict(
        `${key} is ${obstacle.status}: only queued tasks are analysed.`,
        `aas task show ${key}`,
      );
    case "no_model":
      return conflict(
        `${key} is built from a blueprint, which asks no model.`,
        `aas automate --tasks ${key}`,
      );
    case "waits": {
      const needed = obstacle.for;
      return conflict(
        `${key} waits for ${needed.join(", ")}, which is not done.`,
        `Name it too: aas batch submit ${[...needed, key].join(" ")}`,
      );
    }
  }
}

function conflict(message: string, cure: string): AasError {
  return new AasError("conflict", message, { cure });
}
