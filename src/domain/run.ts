import type { ProjectId, RunId, Sha, TaskKey } from "./ids.ts";
import type { Priority } from "./priority.ts";
import type { RunPolicy } from "./running/run-policy.ts";
import { isAfter, type Stage, type StageResult } from "./stage.ts";

/** One goal's way to the base branch. */
export interface Run {
  readonly id: RunId;
  readonly projectId: ProjectId;
  readonly version: number;
  readonly goal: string;
  readonly priority: Priority;
  readonly assignee: string | null;
  readonly state: RunState;
  /** Frozen when the run was created: settings that change later do not change a run under way. */
  readonly policy: RunPolicy;
  readonly baseBranch: string;
  /** The base branch's commit when the run was created. */
  readonly baseSha: Sha;
  /** How the tasks come about: planned from the goal, given as a plan, or named from the board. */
  readonly source: RunSource;
  readonly stageResults: readonly StageResult[];
  readonly error: RunError | null;
  /** Raised by each retry; names the durable workflow that drives the run now. */
  readonly epoch: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What a person may give a run to work on. */
export type GivenSource =
  | { readonly kind: "goal" }
  | { readonly kind: "plan"; readonly json: string }
  | { readonly kind: "tasks"; readonly keys: readonly string[] };

export type RunSource =
  | GivenSource
  /** Parts of one task, planned by the command that asked for them: nothing is built, and no worker drives it. */
  | { readonly kind: "split"; readonly key: TaskKey }
  /** A look at what would be planned: it only pays for the answers, and is over as it is recorded. */
  | { readonly kind: "preview" };

export interface RunError {
  readonly code: FailureCode;
  readonly message: string;
  readonly cure: string | null;
}

export const pauseReasons = ["person", "approval", "money", "timeout", "needs_plan", "provider"] as const;
export type PauseReason = (typeof pauseReasons)[number];

export const failureCodes = [
  "base_red",
  "no_checks",
  "implementation_failed",
  "validation_failed",
  "conflict",
  "work_lost",
  "rejected",
  "environment",
  "internal",
] as const;
export type FailureCode = (typeof failureCodes)[number];

export type RunOutcome = "full" | "partial";

export type RunState =
  | { readonly status: "queued" }
  | { readonly status: "running"; readonly stage: Stage }
  | { readonly status: "paused"; readonly stage: Stage; readonly reason: PauseReason }
  | { readonly status: "completed"; readonly outcome: RunOutcome }
  | { readonly status: "failed"; readonly stage: Stage; readonly code: FailureCode }
  | { readonly status: "canceled" };

export type RunEvent =
  | { readonly type: "started" }
  | { readonly type: "stage_entered"; readonly stage: Stage }
  | { readonly type: "paused"; readonly reason: PauseReason }
  | { readonly type: "resumed" }
  /** What it asked is answered: that lets it go on only where nothing else holds it. */
  | { readonly type: "answered" }
  | { readonly type: "completed"; readonly outcome: RunOutcome }
  | { readonly type: "failed"; readonly code: FailureCode }
  | { readonly type: "canceled" }
  /** Only a person does this; it and `sent_back` are the ways out of a failed run. */
  | { readonly type: "retried" }
  /** Repeating the stage that failed would bring the same: an earlier one is done again. */
  | { readonly type: "sent_back"; readonly stage: Stage };

/** The state after the event; the same state when the event has no meaning in it. */
export function applyRunEvent(state: RunState, event: RunEvent): RunState {
  switch (state.status) {
    case "queued":
      return applyToQueued(state, event);
    case "running":
      return applyToRunning(state, event);
    case "paused":
      return applyToPaused(state, event);
    case "failed":
      return applyToFailed(state, event);
    case "completed":
    case "canceled":
      return state;
  }
}

type StateOf<Status extends RunState["status"]> = Extract<RunState, { status: Status }>;

function applyToQueued(state: StateOf<"queued">, event: RunEvent): RunState {
  switch (event.type) {
    case "started":
      return { status: "running", stage: "decompose" };
    case "canceled":
      return { status: "canceled" };
    case "stage_entered":
    case "paused":
    case "resumed":
    case "answered":
    case "completed":
    case "failed":
    case "retried":
    case "sent_back":
      return state;
  }
}

function applyToRunning(state: StateOf<"running">, event: RunEvent): RunState {
  switch (event.type) {
    case "stage_entered":
      // Said again by a step that a crash repeats, it must not be told again.
      return event.stage === state.stage ? state : { status: "running", stage: event.stage };
    case "paused":
      return { status: "paused", stage: state.stage, reason: event.reason };
    case "completed":
      return { status: "completed", outcome: event.outcome };
    case "failed":
      return { status: "failed", stage: state.stage, code: event.code };
    case "canceled":
      return { status: "canceled" };
    case "started":
    case "resumed":
    case "answered":
    case "retried":
    case "sent_back":
      return state;
  }
}

function applyToPaused(state: StateOf<"paused">, event: RunEvent): RunState {
  switch (event.type) {
    case "resumed":
      return { status: "running", stage: state.stage };
    case "answered":
      return state.reason === "approval" ? { status: "running", stage: state.stage } : state;
    case "failed":
      return { status: "failed", stage: state.stage, code: event.code };
    case "canceled":
      return { status: "canceled" };
    case "paused":
      return pausedOver(state, event.reason);
    case "started":
    case "stage_entered":
    case "completed":
    case "retried":
    case "sent_back":
      return state;
  }
}

/** A person's pause holds whatever the run waited for: an answer alone does not let it go on. */
function pausedOver(state: StateOf<"paused">, reason: PauseReason): RunState {
  const isPersons = reason === "person" && state.reason !== "person";
  return isPersons ? { ...state, reason } : state;
}

function applyToFailed(state: StateOf<"failed">, event: RunEvent): RunState {
  switch (event.type) {
    case "retried":
      return { status: "running", stage: state.stage };
    case "sent_back":
      return { status: "running", stage: event.stage };
    case "started":
    case "stage_entered":
    case "paused":
    case "resumed":
    case "answered":
    case "completed":
    case "failed":
    case "canceled":
      return state;
  }
}

export function isTerminal(state: RunState): boolean {
  return state.status === "completed" || state.status === "failed" || state.status === "canceled";
}

/** Whether somebody must keep driving the run. */
export function isActive(state: RunState): boolean {
  return state.status === "running" || state.status === "paused";
}

/** Whether a stage is behind the run. The failure that a retry left behind does not count. */
export function hasPassed({ stageResults }: Pick<Run, "stageResults">, stage: Stage): boolean {
  return stageResults.some((result) => result.stage === stage && result.status !== "failure");
}

/** Whether it is past the stage that looks at tasks. */
export function isPastBuilding(state: RunState): boolean {
  const stage = currentStage(state);
  return stage !== null && isAfter(stage, "implement");
}

/** The stage a run is in or stopped in; null before the first and after the last. */
export function currentStage(state: RunState): Stage | null {
  return "stage" in state ? state.stage : null;
}
