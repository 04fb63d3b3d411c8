import type { IntegrationId, RollbackId, RunId, Sha } from "../../../domain/ids.ts";
import type { Rollback, RollbackState } from "../../../domain/rollback.ts";
import { type Row, RowReader } from "./row-reader.ts";
import type { Columns } from "../sql.ts";

const statuses = ["requested", "reverting", "completed", "failed"] as const;

export function toRollback(from: Row): Rollback {
  const row = new RowReader("rollbacks", from);
  return {
    id: row.text("id") as RollbackId,
    runId: row.text("run_id") as RunId,
    version: row.integer("version"),
    landedSha: row.text("landed_sha") as Sha,
    reason: row.text("reason"),
    requestedBy: row.text("requested_by"),
    state: toRollbackState(row),
    createdAt: row.time("created_at"),
  };
}

/** What shall be undone, and who asked, never change. */
export function columnsOfRollbackState(state: RollbackState): Columns {
  return {
    status: state.status,
    integration_id: state.status === "reverting" ? state.integrationId : null,
    revert_sha: state.status === "completed" ? state.revertSha : null,
    failure_reason: state.status === "failed" ? state.reason : null,
  };
}

function toRollbackState(row: RowReader): RollbackState {
  const status = row.oneOf("status", statuses);
  switch (status) {
    case "requested":
      return { status };
    case "reverting":
      return { status, integrationId: row.text("integration_id") as IntegrationId };
    case "completed":
      return { status, revertSha: row.text("revert_sha") as Sha };
    case "failed":
      return { status, reason: row.text("failure_reason") };
  }
}
