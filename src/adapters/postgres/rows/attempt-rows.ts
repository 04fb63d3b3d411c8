import type { Attempt, AttemptFailure, AttemptState } from "../../../domain/attempt.ts";
import type { Audit, Finding } from "../../../domain/audit.ts";
import type { AttemptId, AuditId, RunId, Sha, SubmissionId, TaskId } from "../../../domain/ids.ts";
import type { Submission } from "../../../domain/submission.ts";
import { type Row, RowReader } from "./row-reader.ts";
import { type Columns, json } from "../sql.ts";

const statuses = ["running", "completed", "failed", "abandoned", "canceled"] as const;

export function toAttempt(from: Row): Attempt {
  const row = new RowReader("attempts", from);
  return {
    id: row.text("id") as AttemptId,
    taskId: row.text("task_id") as TaskId,
    runId: row.text("run_id") as RunId,
    version: row.integer("version"),
    number: row.integer("number"),
    round: row.integer("round"),
    builder: row.text("builder"),
    baseSha: row.text("base_sha") as Sha,
    state: toAttemptState(row),
    startedAt: row.time("started_at"),
    finishedAt: row.timeOrNull("finished_at"),
  };
}

/** What a later version of an attempt may say otherwise than an earlier one. */
export function changingColumnsOf(attempt: Attempt): Columns {
  const { state } = attempt;
  return {
    builder: attempt.builder,
    base_sha: attempt.baseSha,
    status: state.status,
    submission_id: state.status === "completed" ? state.submissionId : null,
    failure: state.status === "failed" ? json(state.failure) : null,
    abandon_reason: state.status === "abandoned" ? state.reason : null,
    started_at: attempt.startedAt,
    finished_at: attempt.finishedAt,
  };
}

function toAttemptState(row: RowReader): AttemptState {
  const status = row.oneOf("status", statuses);
  switch (status) {
    case "running":
    case "canceled":
      return { status };
    case "completed":
      return { status, submissionId: row.text("submission_id") as SubmissionId };
    case "failed":
      return { status, failure: row.object("failure") as AttemptFailure };
    case "abandoned":
      return { status, reason: row.text("abandon_reason") };
  }
}

export function toSubmission(from: Row): Submission {
  const row = new RowReader("submissions", from);
  return {
    id: row.text("id") as SubmissionId,
    attemptId: row.text("attempt_id") as AttemptId,
    taskId: row.text("task_id") as TaskId,
    runId: row.text("run_id") as RunId,
    baseSha: row.text("base_sha") as Sha,
    headSha: row.text("head_sha") as Sha,
    tree: row.text("tree") as Sha,
    files: row.texts("files"),
    linesAdded: row.integer("lines_added"),
    linesRemoved: row.integer("lines_removed"),
    claims: row.json("claims"),
    createdAt: row.time("created_at"),
  };
}

export function columnsOfSubmission(submission: Submission): Columns {
  return {
    id: submission.id,
    attempt_id: submission.attemptId,
    task_id: submission.taskId,
    run_id: submission.runId,
    base_sha: submission.baseSha,
    head_sha: submission.headSha,
    tree: submission.tree,
    files: submission.files,
    lines_added: submission.linesAdded,
    lines_removed: submission.linesRemoved,
    claims: json(submission.claims),
    created_at: submission.createdAt,
  };
}

export function toAudit(from: Row): Audit {
  const row = new RowReader("audits", from);
  return {
    id: row.text("id") as AuditId,
    submissionId: row.text("submission_id") as SubmissionId,
    sha: row.text("sha") as Sha,
    auditor: row.text("auditor"),
    verdict: row.oneOf("verdict", ["approved", "changes_requested", "rejected"]),
    findings: row.list("findings") as readonly Finding[],
    createdAt: row.time("created_at"),
  };
}

export function columnsOfAudit(audit: Audit): Columns {
  return {
    id: audit.id,
    submission_id: audit.submissionId,
    sha: audit.sha,
    auditor: audit.auditor,
    verdict: audit.verdict,
    findings: json(audit.findings),
    created_at: audit.createdAt,
  };
}
