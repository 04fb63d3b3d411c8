import type { AttemptId, IntegrationId, RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { Attempt } from "../domain/attempt.ts";
import type { Task } from "../domain/task.ts";

/** Names of branches, tags and workflows, in one place so that two readers never differ. */
export function integrationRef(runId: RunId): string {
  return `refs/heads/aas/run/${runId}/integration`;
}

/** What people call a branch: its ref without `refs/heads/`. */
export function branchName(ref: string): string {
  return ref.replace("refs/heads/", "");
}

export function taskRef(runId: RunId, task: Task, attempt: Pick<Attempt, "round" | "number">): string {
  return `refs/heads/aas/task/${runId}/${task.key}/${attempt.round}.${attempt.number}`;
}

export function stagingRef(id: IntegrationId): string {
  return `refs/heads/staging/${id}`;
}

export function rollbackTag(id: IntegrationId): string {
  return `aas/rollback/${id}`;
}

/** The durable workflow that drives this run; a retry starts a fresh one over the same facts. */
export function runWorkflowId(run: Pick<Run, "id" | "epoch">): string {
  return `run:${run.id}:${run.epoch}`;
}

/** Names what a run asks of its checks until somebody retries it: what was red is asked again then. */
export function seriesOf(run: Pick<Run, "id" | "epoch">): string {
  return `${run.id}:${run.epoch}`;
}

/** A task that is picked up again after a pause or a retry is another workflow over the same facts. */
export function taskWorkflowId(run: Run, task: Task): string {
  return `task:${task.id}:${task.round}:${run.epoch}:${task.version}`;
}

/** The same for a task that is active now: becoming active was its one change since it was started. */
export function taskWorkflowIdOfActive(run: Run, task: Task): string {
  return taskWorkflowId(run, { ...task, version: task.version - 1 });
}

export function attemptKey(id: AttemptId): string {
  return `build-${id}`;
}
