import type { IntegrationId, ProjectId, RunId, Sha, ValidationId } from "../../../domain/ids.ts";
import type {
  Candidate,
  CandidateCheck,
  Integration,
  IntegrationOutcome,
  RejectionReason,
} from "../../../domain/integration.ts";
import { priorities } from "../../../domain/priority.ts";
import { type Row, RowReader } from "./row-reader.ts";
import type { Columns } from "../sql.ts";

const rejectionReasons: readonly RejectionReason[] = [
  "conflict",
  "checks_failed",
  "base_red",
  "not_approved",
  "nothing_to_land",
  "canceled",
];

export function toIntegration(from: Row): Integration {
  const row = new RowReader("integrations", from);
  return {
    id: row.text("id") as IntegrationId,
    projectId: row.text("project_id") as ProjectId,
    runId: row.text("run_id") as RunId,
    version: row.integer("version"),
    kind: row.oneOf("kind", ["run", "revert"]),
    branch: row.text("branch"),
    source: row.text("source_sha") as Sha,
    priority: row.oneOf("priority", priorities),
    needsApproval: row.flag("needs_approval"),
    candidate: toCandidate(row),
    lastCheck: toCandidateCheck(row),
    approvedSha: row.textOrNull("approved_sha") as Sha | null,
    outcome: toOutcome(row),
    createdAt: row.time("created_at"),
  };
}

/** What a later version of an integration may say otherwise than an earlier one. */
export function changingColumnsOfIntegration(integration: Integration): Columns {
  return {
    source_sha: integration.source,
    priority: integration.priority,
    needs_approval: integration.needsApproval,
    ...columnsOfCandidate(integration.candidate),
    ...columnsOfCheck(integration.lastCheck),
    approved_sha: integration.approvedSha,
    ...columnsOfOutcome(integration.outcome),
  };
}

function columnsOfCandidate(candidate: Candidate | null): Columns {
  return {
    candidate_sha: candidate?.sha ?? null,
    candidate_tree: candidate?.tree ?? null,
    candidate_base_sha: candidate?.baseSha ?? null,
  };
}

function columnsOfCheck(check: CandidateCheck | null): Columns {
  return {
    check_tree: check?.tree ?? null,
    check_validation_id: check?.validationId ?? null,
    check_verdict: check?.verdict ?? null,
  };
}

function columnsOfOutcome(outcome: IntegrationOutcome | null): Columns {
  return {
    outcome: outcome?.kind ?? null,
    landed_sha: outcome?.kind === "landed" ? outcome.sha : null,
    rejection_reason: outcome?.kind === "rejected" ? outcome.reason : null,
    rejection_details: outcome?.kind === "rejected" ? outcome.details : null,
  };
}

function toCandidate(row: RowReader): Candidate | null {
  if (row.isNull("candidate_sha")) return null;
  return {
    sha: row.text("candidate_sha") as Sha,
    tree: row.text("candidate_tree") as Sha,
    baseSha: row.text("candidate_base_sha") as Sha,
  };
}

function toCandidateCheck(row: RowReader): CandidateCheck | null {
  if (row.isNull("check_tree")) return null;
  return {
    tree: row.text("check_tree") as Sha,
    validationId: row.text("check_validation_id") as ValidationId,
    verdict: row.oneOf("check_verdict", ["passed", "failed"]),
  };
}

function toOutcome(row: RowReader): IntegrationOutcome | null {
  if (row.isNull("outcome")) return null;
  const kind = row.oneOf("outcome", ["landed", "rejected"]);
  switch (kind) {
    case "landed":
      return { kind, sha: row.text("landed_sha") as Sha };
    case "rejected":
      return {
        kind,
        reason: row.oneOf("rejection_reason", rejectionReasons),
        details: row.texts("rejection_details"),
      };
  }
}
