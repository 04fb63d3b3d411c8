import type { ProjectId, RunId } from "./ids.ts";
import type { Json } from "./json.ts";

/** Append-only fact, past tense. Live views, audit trail, metrics and timeline are read from these. */
export interface Event extends NewEvent {
  /** Global, without gaps, in the order of commits. */
  readonly seq: number;
}

export interface NewEvent {
  readonly projectId: ProjectId;
  readonly runId: RunId | null;
  readonly type: EventType;
  /** What it happened to: `run_…`, `AAS-12`, `int_…`. */
  readonly subject: string;
  /** Who did it: `person:ada`, `worker:…`, `agent:…`. */
  readonly actor: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, Json>>;
  readonly at: Date;
}

export const eventTypes = [
  "run.created",
  "run.started",
  "run.stage_entered",
  "run.stage_finished",
  "run.paused",
  "run.resumed",
  "run.completed",
  "run.failed",
  "run.canceled",
  "run.retried",
  "run.prioritized",
  "run.rolled_back",
  "base.moved",
  "plan.accepted",
  "plan.refused",
  "task.created",
  "task.activated",
  "task.requeued",
  "task.collected",
  "task.uncollected",
  "task.landed",
  "task.gave_up",
  "task.retried",
  "task.rolled_back",
  "task.canceled",
  "task.edited",
  "batch.intended",
  "batch.changed",
  "batch.collected",
  "batch.delayed",
  "request.answered",
  "provider.awaited",
  "batch.unsupported",
  "attempt.started",
  "attempt.completed",
  "attempt.failed",
  "attempt.abandoned",
  "attempt.canceled",
  "submission.received",
  "audit.completed",
  "validation.completed",
  "integration.queued",
  "integration.candidate_made",
  "integration.checked",
  "integration.approved",
  "integration.landed",
  "integration.rejected",
  "deployment.started",
  "deployment.changed",
  "approval.requested",
  "approval.decided",
  "rollback.requested",
  "rollback.changed",
  "budget.warned",
] as const;

export type EventType = (typeof eventTypes)[number];
