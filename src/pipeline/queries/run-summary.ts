import type { Approval } from "../../domain/approval.ts";
import type { Attempt } from "../../domain/attempt.ts";
import type { Spending } from "../../domain/money/budget.ts";
import type { RunId, Sha } from "../../domain/ids.ts";
import { progressOf } from "../../domain/running/progress.ts";
import type { ShutGate } from "../../domain/calling/provider-gate.ts";
import type { Run } from "../../domain/run.ts";
import { type BoardStatus, boardStatusOf, isCollected, type Task } from "../../domain/task.ts";
import { tiersOf, waitingFor } from "../../domain/graph/task-graph.ts";
import type { Database } from "../../ports/database.ts";
import { explainPause, type Pause } from "./explain-pause.ts";
import { branchName, integrationRef } from "../names.ts";

/** Everything a person or a script asks about one run, computed from the facts at the moment of asking. */
export interface RunSummary {
  readonly run: Run;
  readonly progress: number;
  readonly spending: Spending;
  readonly tasks: readonly TaskSummary[];
  readonly createdTasks: readonly string[];
  readonly completedTasks: readonly string[];
  readonly batchIds: readonly string[];
  /** Why it stands still; null where it does not, or waits for an approval. */
  readonly pause: Pause | null;
  readonly pendingApprovals: readonly Approval[];
  readonly landedSha: Sha | null;
  readonly pullRequest: string | null;
  readonly isRolledBack: boolean;
  readonly integrationBranch: string;
  /** Providers that nobody of the project asks for a while. */
  readonly shutGates: readonly (ShutGate & { readonly provider: string })[];
  /** What was asked of providers and not answered yet, batches apart: what a run that seems to stand still waits for. */
  readonly openCalls: readonly OpenCall[];
}

export interface OpenCall {
  readonly provider: string;
  readonly purpose: string;
  readonly askedAt: Date;
}

export interface TaskSummary {
  readonly task: Task;
  readonly tier: number;
  readonly boardStatus: BoardStatus;
  readonly waitingFor: readonly string[];
  readonly attempts: readonly Attempt[];
}

export async function summarizeRun(deps: { readonly db: Database }, runId: RunId): Promise<RunSummary> {
  const run = await deps.db.runs.get(runId);
  const tasks = await deps.db.tasks.listOfRun(runId);
  const attempts = await deps.db.attempts.listOfRun(runId);
  const batches = await deps.db.batches.listOfRun(runId);
  const approvals = await deps.db.queue.listApprovals(runId);
  const landing = await findLanding(deps.db, runId);
  return {
    run,
    progress: progressOf(run, tasks),
    spending: await deps.db.usage.spendingOf(runId),
    tasks: summarizeTasks(tasks, attempts),
    createdTasks: tasks.map((task) => task.key),
    completedTasks: tasks.filter((task) => task.state.status === "done").map((task) => task.key),
    batchIds: batches.map((batch) => batch.id),
    pause: await explainPause(deps.db, run),
    pendingApprovals: approvals.filter((approval) => approval.state.status === "pending"),
    ...landing,
    integrationBranch: branchName(integrationRef(runId)),
    ...(await waitsOf(deps.db, run)),
  };
}

async function waitsOf(db: Database, run: Run): Promise<Pick<RunSummary, "shutGates" | "openCalls">> {
  if (run.state.status !== "running") return { shutGates: [], openCalls: [] };
  const usages = await db.usage.listOfRun(run.id);
  const open = usages.filter(({ state, tier }) => state.status === "reserved" && tier !== "batch");
  return {
    shutGates: await db.gates.listShut(run.projectId),
    openCalls: open.map(({ provider, purpose, createdAt }) => ({ provider, purpose, askedAt: createdAt })),
  };
}

export function summarizeTasks(tasks: readonly Task[], attempts: readonly Attempt[]): readonly TaskSummary[] {
  const tiers = tiersOf(tasks);
  return tasks.map((task) => {
    const waiting = waitingFor(task, tasks, (each) => isCollected(each.state));
    return {
      task,
      tier: tiers.get(task.key) ?? 0,
      boardStatus: boardStatusOf(task.state, waiting.length > 0),
      waitingFor: waiting,
      attempts: attempts.filter((attempt) => attempt.taskId === task.id),
    };
  });
}

async function findLanding(
  db: Database,
  runId: RunId,
): Promise<Pick<RunSummary, "landedSha" | "pullRequest" | "isRolledBack">> {
  const entries = await db.queue.listIntegrationsOfRun(runId);
  const latest = entries.findLast((entry) => entry.kind === "run");
  const deployment = latest === undefined ? null : await db.queue.findDeploymentOf(latest.id);
  return {
    landedSha: latest?.outcome?.kind === "landed" ? latest.outcome.sha : null,
    pullRequest: deployment?.pullRequest ?? null,
    isRolledBack: deployment?.state.status === "rolled_back",
  };
}
