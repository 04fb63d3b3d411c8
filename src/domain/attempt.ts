import type { AttemptId, RunId, Sha, SubmissionId, TaskId } from "./ids.ts";

/** One try at a task by one builder in one worktree. */
export interface Attempt {
  readonly id: AttemptId;
  readonly taskId: TaskId;
  readonly runId: RunId;
  readonly version: number;
  readonly number: number;
  /** The task's round this attempt belongs to. */
  readonly round: number;
  readonly builder: string;
  readonly baseSha: Sha;
  readonly state: AttemptState;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

export type AttemptState =
  | { readonly status: "running" }
  | { readonly status: "completed"; readonly submissionId: SubmissionId }
  | { readonly status: "failed"; readonly failure: AttemptFailure }
  /** Nobody knows how far it came: its process died, or the sandbox did. It costs no try. */
  | { readonly status: "abandoned"; readonly reason: string }
  | { readonly status: "canceled" };

export interface AttemptFailure {
  /** `approval`: a person was asked about it and said no. */
  readonly kind: "builder" | "gate" | "checks" | "audit" | "conflict" | "approval";
  readonly summary: string;
  /** What the next attempt is told, word for word. */
  readonly details: readonly string[];
}

export type AttemptEvent =
  | { readonly type: "completed"; readonly submissionId: SubmissionId }
  | { readonly type: "failed"; readonly failure: AttemptFailure }
  | { readonly type: "abandoned"; readonly reason: string }
  | { readonly type: "canceled" };

/** What was handed in can still be sent back by the judges: gate, checks, audit or the integration branch. */
export function applyAttemptEvent(state: AttemptState, event: AttemptEvent): AttemptState {
  const isSentBack = state.status === "completed" && canBeSentBack(event);
  if (state.status !== "running" && !isSentBack) return state;
  switch (event.type) {
    case "completed":
      return { status: "completed", submissionId: event.submissionId };
    case "failed":
      return { status: "failed", failure: event.failure };
    case "abandoned":
      return { status: "abandoned", reason: event.reason };
    case "canceled":
      return { status: "canceled" };
  }
}

function canBeSentBack(event: AttemptEvent): boolean {
  return event.type === "abandoned" || (event.type === "failed" && event.failure.kind !== "builder");
}

/** How many attempts of this round count against the cap: those whose failure was the builder's, not a person's no. */
export function triesUsed(attempts: readonly Attempt[], round: number): number {
  return attempts.filter((attempt) => attempt.round === round && isFault(attempt.state)).length;
}

function isFault(state: AttemptState): boolean {
  return state.status === "failed" && state.failure.kind !== "approval";
}
