import type { ProjectId, RunId, Sha, SubmissionId, TaskId, TaskKey } from "./ids.ts";
import type { Priority } from "./priority.ts";

/** The unit of work one builder can finish. */
export interface Task {
  readonly id: TaskId;
  readonly key: TaskKey;
  readonly projectId: ProjectId;
  /** The run that works on it; null for a task that only stands on the board. */
  readonly runId: RunId | null;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly priority: Priority;
  readonly type: string;
  readonly dependsOn: readonly TaskKey[];
  readonly parent: TaskKey | null;
  readonly assignee: string | null;
  /** Files the plan expects to change: the builder may touch these and nothing else. Folders end with `/`. */
  readonly files: readonly string[];
  /** Commands that must pass when the task is done. */
  readonly acceptance: readonly (readonly string[])[];
  readonly builder: BuilderChoice;
  readonly state: TaskState;
  /** A person's word to the next attempt. */
  readonly hint: string | null;
  /** Raised by each retry; attempts are capped per round. */
  readonly round: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type BuilderChoice =
  | { readonly kind: "model" }
  | {
      readonly kind: "blueprint";
      readonly name: string;
      readonly variables: Readonly<Record<string, string>>;
    };

export type TaskState =
  | { readonly status: "queued" }
  | { readonly status: "active" }
  /** Its work is on the run's integration branch, not yet on the base. */
  | { readonly status: "collected"; readonly submissionId: SubmissionId; readonly sha: Sha }
  /** The commit on the base branch that names this task: the evidence. */
  | { readonly status: "done"; readonly commit: Sha }
  | { readonly status: "needs_review"; readonly reason: string }
  | { readonly status: "canceled" };

export type TaskEvent =
  | { readonly type: "activated" }
  | { readonly type: "requeued" }
  | { readonly type: "collected"; readonly submissionId: SubmissionId; readonly sha: Sha }
  | { readonly type: "landed"; readonly commit: Sha }
  | { readonly type: "gave_up"; readonly reason: string }
  | { readonly type: "retried" }
  /** Its run could not land what was collected and is sent back to build on another base. */
  | { readonly type: "reopened" }
  /** The run's branch does not have its work any more. */
  | { readonly type: "uncollected"; readonly reason: string }
  | { readonly type: "rolled_back" }
  | { readonly type: "canceled" };

/** The state after the event; the same state when the event has no meaning in it. */
export function applyTaskEvent(state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case "activated":
      return moved(state, ["queued"], { status: "active" });
    case "requeued":
      return moved(state, ["active"], { status: "queued" });
    case "collected":
      return moved(state, ["active"], {
        status: "collected",
        submissionId: event.submissionId,
        sha: event.sha,
      });
    case "landed":
      // A task that was canceled while its commit landed is done all the same: the commit stands on the base.
      return moved(state, ["collected", "canceled"], { status: "done", commit: event.commit });
    case "gave_up":
      // Others build upon collected work, so from there on a task can no longer be given up.
      return moved(state, ["queued", "active"], { status: "needs_review", reason: event.reason });
    case "retried":
      return moved(state, ["needs_review"], { status: "queued" });
    case "reopened":
    case "uncollected":
      return moved(state, ["collected"], { status: "queued" });
    case "rolled_back":
      return moved(state, ["done"], { status: "needs_review", reason: "rolled back" });
    case "canceled":
      return moved(state, ["queued", "active", "collected", "needs_review"], { status: "canceled" });
  }
}

/** An event has a meaning only in some states. */
function moved(state: TaskState, from: readonly TaskState["status"][], next: TaskState): TaskState {
  return from.includes(state.status) ? next : state;
}

/** Whether its work can be built upon: on the integration branch, or already on the base. */
export function isCollected(state: TaskState): boolean {
  return state.status === "collected" || state.status === "done";
}

export type BoardStatus = "Queued" | "Blocked" | "In Progress" | "Needs Review" | "Done" | "Canceled";

export function boardStatusOf(state: TaskState, isBlocked: boolean): BoardStatus {
  switch (state.status) {
    case "queued":
      return isBlocked ? "Blocked" : "Queued";
    case "active":
    case "collected":
      return "In Progress";
    case "done":
      return "Done";
    case "needs_review":
      return "Needs Review";
    case "canceled":
      return "Canceled";
  }
}

/** Whether work on it may still happen without a person. */
export function isOpen(state: TaskState): boolean {
  return state.status === "queued" || state.status === "active" || state.status === "collected";
}
