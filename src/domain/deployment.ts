import type { DeploymentId, IntegrationId, RunId, Sha } from "./ids.ts";

/** Staging branch, pull request record, merge and tags of one integration. */
export interface Deployment {
  readonly id: DeploymentId;
  readonly runId: RunId;
  readonly integrationId: IntegrationId;
  readonly version: number;
  readonly state: DeploymentState;
  readonly stagingRef: string;
  /** Points at the base as it was before the landing. */
  readonly rollbackTag: string | null;
  /** How people find the change: a web address, or our own record. */
  readonly pullRequest: string | null;
  readonly createdAt: Date;
}

export type DeploymentState =
  | { readonly status: "waiting_approval" }
  | { readonly status: "deploying" }
  | { readonly status: "completed"; readonly landedSha: Sha }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "rolled_back"; readonly landedSha: Sha; readonly revertSha: Sha };

export type DeploymentEvent =
  | { readonly type: "approved" }
  | { readonly type: "approval_voided" }
  | { readonly type: "landed"; readonly sha: Sha }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "rolled_back"; readonly revertSha: Sha };

export function applyDeploymentEvent(state: DeploymentState, event: DeploymentEvent): DeploymentState {
  switch (event.type) {
    case "approved":
      return state.status === "waiting_approval" ? { status: "deploying" } : state;
    case "approval_voided":
      return state.status === "deploying" ? { status: "waiting_approval" } : state;
    case "landed":
      // Read from the base branch: true also where it was given up while it landed.
      return isUnderWay(state) || state.status === "failed"
        ? { status: "completed", landedSha: event.sha }
        : state;
    case "failed":
      return isUnderWay(state) ? { status: "failed", reason: event.reason } : state;
    case "rolled_back":
      return state.status === "completed"
        ? { status: "rolled_back", landedSha: state.landedSha, revertSha: event.revertSha }
        : state;
  }
}

function isUnderWay(state: DeploymentState): boolean {
  return state.status === "waiting_approval" || state.status === "deploying";
}
