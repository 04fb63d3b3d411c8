import type { Deployment, DeploymentState } from "../../../domain/deployment.ts";
import type { DeploymentId, IntegrationId, RunId, Sha } from "../../../domain/ids.ts";
import { type Row, RowReader } from "./row-reader.ts";
import type { Columns } from "../sql.ts";

const statuses = ["waiting_approval", "deploying", "completed", "failed", "rolled_back"] as const;

export function toDeployment(from: Row): Deployment {
  const row = new RowReader("deployments", from);
  return {
    id: row.text("id") as DeploymentId,
    runId: row.text("run_id") as RunId,
    integrationId: row.text("integration_id") as IntegrationId,
    version: row.integer("version"),
    state: toDeploymentState(row),
    stagingRef: row.text("staging_ref"),
    rollbackTag: row.textOrNull("rollback_tag"),
    pullRequest: row.textOrNull("pull_request"),
    createdAt: row.time("created_at"),
  };
}

/** What a later version of a deployment may say otherwise than an earlier one. */
export function changingColumnsOfDeployment(deployment: Deployment): Columns {
  const { state } = deployment;
  return {
    status: state.status,
    landed_sha: "landedSha" in state ? state.landedSha : null,
    revert_sha: state.status === "rolled_back" ? state.revertSha : null,
    failure_reason: state.status === "failed" ? state.reason : null,
    staging_ref: deployment.stagingRef,
    rollback_tag: deployment.rollbackTag,
    pull_request: deployment.pullRequest,
  };
}

function toDeploymentState(row: RowReader): DeploymentState {
  const status = row.oneOf("status", statuses);
  switch (status) {
    case "waiting_approval":
    case "deploying":
      return { status };
    case "completed":
      return { status, landedSha: row.text("landed_sha") as Sha };
    case "failed":
      return { status, reason: row.text("failure_reason") };
    case "rolled_back":
      return { status, landedSha: row.text("landed_sha") as Sha, revertSha: row.text("revert_sha") as Sha };
  }
}
