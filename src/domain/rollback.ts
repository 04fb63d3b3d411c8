import type { IntegrationId, RollbackId, RunId, Sha } from "./ids.ts";

/** The undoing of one landed run: a revert commit that goes through the same queue. */
export interface Rollback {
  readonly id: RollbackId;
  readonly runId: RunId;
  readonly version: number;
  readonly landedSha: Sha;
  readonly reason: string;
  readonly requestedBy: string;
  readonly state: RollbackState;
  readonly createdAt: Date;
}

export type RollbackState =
  | { readonly status: "requested" }
  | { readonly status: "reverting"; readonly integrationId: IntegrationId }
  | { readonly status: "completed"; readonly revertSha: Sha }
  | { readonly status: "failed"; readonly reason: string };

export type RollbackEvent =
  | { readonly type: "queued"; readonly integrationId: IntegrationId }
  | { readonly type: "landed"; readonly revertSha: Sha }
  | { readonly type: "failed"; readonly reason: string };

export function applyRollbackEvent(state: RollbackState, event: RollbackEvent): RollbackState {
  if (state.status === "completed" || state.status === "failed") return state;
  switch (event.type) {
    case "queued":
      return state.status === "requested"
        ? { status: "reverting", integrationId: event.integrationId }
        : state;
    case "landed":
      return { status: "completed", revertSha: event.revertSha };
    case "failed":
      return { status: "failed", reason: event.reason };
  }
}
