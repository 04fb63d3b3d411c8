import type { Approval, ApprovalState } from "../../../domain/approval.ts";
import type { ApprovalId, RunId, Sha } from "../../../domain/ids.ts";
import { type Row, RowReader } from "./row-reader.ts";
import type { Columns } from "../sql.ts";

const statuses = ["pending", "approved", "rejected", "timed_out", "voided"] as const;

export function toApproval(from: Row): Approval {
  const row = new RowReader("approvals", from);
  return {
    id: row.text("id") as ApprovalId,
    runId: row.text("run_id") as RunId,
    version: row.integer("version"),
    subject: row.text("subject"),
    question: row.text("question"),
    sha: row.text("sha") as Sha,
    state: toApprovalState(row),
    createdAt: row.time("created_at"),
  };
}

/** What was asked never changes; only the answer does. */
export function columnsOfApprovalState(state: ApprovalState): Columns {
  return {
    status: state.status,
    decided_by: "by" in state ? state.by : null,
    decided_at: "at" in state ? state.at : null,
    rejection_reason: state.status === "rejected" ? state.reason : null,
  };
}

function toApprovalState(row: RowReader): ApprovalState {
  const status = row.oneOf("status", statuses);
  switch (status) {
    case "pending":
      return { status };
    case "approved":
      return { status, by: row.text("decided_by"), at: row.time("decided_at") };
    case "rejected":
      return {
        status,
        by: row.text("decided_by"),
        at: row.time("decided_at"),
        reason: row.text("rejection_reason"),
      };
    case "timed_out":
    case "voided":
      return { status, at: row.time("decided_at") };
  }
}
