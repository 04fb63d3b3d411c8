import { describeRunState } from "../../domain/running/told-run-state.ts";
import type { RunSummary, TaskSummary } from "../../pipeline/queries/run-summary.ts";
import type { Attempt } from "../../domain/attempt.ts";

/** A run as `--json` prints it: every field of the model, by its name in the specification. Schema version 1. */
export function toRunDocument(summary: RunSummary): Readonly<Record<string, unknown>> {
  const { run, spending } = summary;
  const { state } = run;
  return {
    id: run.id,
    goal: run.goal,
    status: state.status,
    stage: "stage" in state ? state.stage : null,
    pauseReason: state.status === "paused" ? state.reason : null,
    outcome: state.status === "completed" ? state.outcome : null,
    failureCode: state.status === "failed" ? state.code : null,
    isRolledBack: summary.isRolledBack,
    state: describeRunState(state),
    progress: summary.progress,
    priority: run.priority,
    assignee: run.assignee,
    budget: {
      limitMicroUsd: run.policy.budgetLimitMicroUsd,
      warnMicroUsd: run.policy.budgetWarnMicroUsd,
      settledMicroUsd: spending.settledMicroUsd,
      reservedMicroUsd: spending.reservedMicroUsd,
    },
    policy: run.policy,
    createdTasks: summary.createdTasks,
    completedTasks: summary.completedTasks,
    tasks: summary.tasks.map(toTaskDocument),
    batchIds: summary.batchIds,
    stageResults: run.stageResults,
    error: run.error,
    metadata: run.metadata,
    base: { branch: run.baseBranch, sha: run.baseSha },
    integrationBranch: summary.integrationBranch,
    landedSha: summary.landedSha,
    pullRequest: summary.pullRequest,
    pendingApprovals: summary.pendingApprovals.map(({ id, question, sha, createdAt }) => ({
      id,
      question,
      sha,
      createdAt,
    })),
    ...toWaits(summary),
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
  };
}

function toWaits({ shutGates, openCalls }: RunSummary): object {
  const waitingForProviders = shutGates.map(({ provider, cause, waitMs }) => ({
    provider,
    cause,
    nextLookInMs: waitMs,
  }));
  return { waitingForProviders, openCalls };
}

export function toTaskDocument(summary: TaskSummary): Readonly<Record<string, unknown>> {
  const { task } = summary;
  return {
    key: task.key,
    title: task.title,
    description: task.description,
    priority: task.priority,
    type: task.type,
    dependsOn: task.dependsOn,
    tier: summary.tier,
    status: task.state.status,
    boardStatus: summary.boardStatus,
    waitingFor: summary.waitingFor,
    files: task.files,
    acceptance: task.acceptance,
    runId: task.runId,
    assignee: task.assignee,
    commit: task.state.status === "done" ? task.state.commit : null,
    reason: task.state.status === "needs_review" ? task.state.reason : null,
    attempts: summary.attempts.map(toAttemptDocument),
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
  };
}

function toAttemptDocument({
  id,
  number,
  round,
  builder,
  baseSha,
  state,
  startedAt,
  finishedAt,
}: Attempt): object {
  const failure = state.status === "failed" ? state.failure : null;
  return { id, number, round, builder, baseSha, status: state.status, failure, startedAt, finishedAt };
}
