import type { BatchPlace } from "./batching/batch-place.ts";
import type { BatchTrouble } from "./batching/batch-trouble.ts";
import type { BatchId, RunId, TaskKey } from "./ids.ts";

/** One provider batch job. Every step is written down before it is taken, so that a crash never sends it twice. */
export interface Batch extends BatchHead {
  readonly items: readonly BatchItem[];
}

/** A batch without its requests, which may be a hundred thousand and never change. */
export interface BatchHead extends BatchPlace {
  readonly id: BatchId;
  readonly runId: RunId;
  readonly version: number;
  readonly state: BatchState;
  readonly createdAt: Date;
}

export interface BatchItem {
  /** Our own request id: `^[a-zA-Z0-9_-]{1,64}$`. */
  readonly customId: string;
  readonly taskKey: TaskKey;
  /** So many times the usual room for the answer: more, where an earlier one did not fit. */
  readonly roomFactor: number;
}

export type BatchState =
  | { readonly status: "intended" }
  | { readonly status: "uploading" }
  /** From here until an answer is stored nobody knows whether the provider created it. */
  | { readonly status: "submitting"; readonly uploadRef: string | null; readonly since: Date }
  | { readonly status: "reconciling"; readonly uploadRef: string | null; readonly since: Date }
  | { readonly status: "submitted"; readonly providerRef: string; readonly since: Date }
  | { readonly status: "completed"; readonly providerRef: string }
  | {
      readonly status: "failed";
      readonly trouble: BatchTrouble;
      readonly reason: string;
      readonly since: Date;
    }
  | { readonly status: "expired"; readonly providerRef: string }
  | { readonly status: "canceled" };

export const batchStatuses = [
  "intended",
  "uploading",
  "submitting",
  "reconciling",
  "submitted",
  "completed",
  "failed",
  "expired",
  "canceled",
] as const satisfies readonly BatchState["status"][];

export type BatchEvent =
  | { readonly type: "upload_started" }
  | { readonly type: "submit_started"; readonly uploadRef: string | null; readonly at: Date }
  | { readonly type: "answer_lost" }
  /** What was noted as about to be sent at this moment was not sent: certainly nothing was created by it. */
  | { readonly type: "not_asked"; readonly since: Date }
  /** The provider does not take it. `since`: the moment noted for the submit that it refused; null: it was not sent yet. */
  | {
      readonly type: "refused";
      readonly trouble: BatchTrouble;
      readonly reason: string;
      readonly since: Date | null;
      readonly at: Date;
    }
  | { readonly type: "proved_absent" }
  /** Nobody wants it any more, and nothing was sent of it. */
  | { readonly type: "withdrawn" }
  | { readonly type: "submitted"; readonly providerRef: string; readonly at: Date }
  | BatchEnd;

/** How the provider says that a batch ended, which it had taken. */
export type BatchEnd =
  | { readonly type: "completed" }
  | { readonly type: "failed"; readonly trouble: BatchTrouble; readonly reason: string; readonly at: Date }
  | { readonly type: "expired" }
  | { readonly type: "canceled" };

export function applyBatchEvent(state: BatchState, event: BatchEvent): BatchState {
  switch (event.type) {
    case "upload_started":
      return state.status === "intended" ? { status: "uploading" } : state;
    case "submit_started":
      return state.status === "uploading"
        ? { status: "submitting", uploadRef: event.uploadRef, since: event.at }
        : state;
    case "withdrawn":
      return isUnsent(state) ? { status: "canceled" } : state;
    case "refused":
      return isRefused(state, event.since) ? failed(event) : state;
    case "answer_lost":
    case "not_asked":
    case "proved_absent":
      return afterUncertainty(state, event);
    case "submitted":
      return isSending(state)
        ? { status: "submitted", providerRef: event.providerRef, since: event.at }
        : state;
    case "completed":
    case "expired":
    case "failed":
    case "canceled":
      return state.status === "submitted" ? ended(state.providerRef, event) : state;
  }
}

function ended(providerRef: string, end: BatchEnd): SettledBatchState {
  switch (end.type) {
    case "completed":
    case "expired":
      return { status: end.type, providerRef };
    case "failed":
      return failed(end);
    case "canceled":
      return { status: "canceled" };
  }
}

function failed({
  trouble,
  reason,
  at,
}: Extract<BatchEvent, { readonly trouble: BatchTrouble }>): SettledBatchState {
  return { status: "failed", trouble, reason, since: at };
}

/** Somebody who took over may have sent it since: what was refused before says nothing of that. */
function isRefused(state: BatchState, since: Date | null): boolean {
  if (since === null) return isUnsent(state);
  return state.status === "submitting" && state.since.getTime() === since.getTime();
}

type Learned = Extract<BatchEvent, { readonly type: "answer_lost" | "not_asked" | "proved_absent" }>;

/** Between the note that it is about to be sent and the answer. */
function afterUncertainty(state: BatchState, learned: Learned): BatchState {
  if (state.status === "reconciling")
    return learned.type === "proved_absent" ? { status: "uploading" } : state;
  if (state.status !== "submitting" || learned.type === "proved_absent") return state;
  if (learned.type === "answer_lost") return { ...state, status: "reconciling" };
  // Somebody who took over may have noted the next sending meanwhile, and sent it.
  return learned.since.getTime() === state.since.getTime() ? { status: "uploading" } : state;
}

/** Nothing that could create a batch was asked for. */
export function isUnsent(
  state: BatchState,
): state is Extract<BatchState, { readonly status: "intended" | "uploading" }> {
  return state.status === "intended" || state.status === "uploading";
}

function isSending(state: BatchState): boolean {
  return state.status === "submitting" || state.status === "reconciling";
}

export type SettledBatchState = Extract<
  BatchState,
  { readonly status: "completed" | "failed" | "expired" | "canceled" }
>;

export function isBatchSettled(state: BatchState): state is SettledBatchState {
  return (
    state.status === "completed" ||
    state.status === "failed" ||
    state.status === "expired" ||
    state.status === "canceled"
  );
}
