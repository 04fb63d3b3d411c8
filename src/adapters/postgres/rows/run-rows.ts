import type { ProjectId, RunId, Sha } from "../../../domain/ids.ts";
import { priorities } from "../../../domain/priority.ts";
import type { RunPolicy } from "../../../domain/running/run-policy.ts";
import {
  failureCodes,
  type PauseReason,
  pauseReasons,
  type Run,
  type RunError,
  type RunSource,
  type RunState,
} from "../../../domain/run.ts";
import { type StageResult, stages } from "../../../domain/stage.ts";
import { type Row, RowReader } from "./row-reader.ts";
import { type Columns, json } from "../sql.ts";

const statuses = ["queued", "running", "paused", "completed", "failed", "canceled"] as const;

export function toRun(from: Row): Run {
  const row = new RowReader("runs", from);
  return {
    id: row.text("id") as RunId,
    projectId: row.text("project_id") as ProjectId,
    version: row.integer("version"),
    goal: row.text("goal"),
    priority: row.oneOf("priority", priorities),
    assignee: row.textOrNull("assignee"),
    state: toRunState(row),
    policy: toPolicy(row),
    baseBranch: row.text("base_branch"),
    baseSha: row.text("base_sha") as Sha,
    source: row.object("source") as RunSource,
    stageResults: (row.list("stage_results") as readonly StoredStageResult[]).map(toStageResult),
    error: row.objectOrNull("error") as RunError | null,
    epoch: row.integer("epoch"),
    metadata: row.object("metadata") as Run["metadata"],
    createdAt: row.time("created_at"),
    startedAt: row.timeOrNull("started_at"),
    finishedAt: row.timeOrNull("finished_at"),
  };
}

/** Runs of a version that held nothing say nothing of it. */
function toPolicy(row: RowReader): RunPolicy {
  return { holdAfterWait: false, ...(row.object("policy") as Omit<RunPolicy, "holdAfterWait">) };
}

/** What a later version of a run may say otherwise than an earlier one. */
export function changingColumnsOf(run: Run): Columns {
  return {
    goal: run.goal,
    priority: run.priority,
    assignee: run.assignee,
    ...columnsOfState(run.state),
    policy: json(run.policy),
    base_branch: run.baseBranch,
    base_sha: run.baseSha,
    source: json(run.source),
    stage_results: json(run.stageResults),
    error: run.error === null ? null : json(run.error),
    epoch: run.epoch,
    metadata: json(run.metadata),
    started_at: run.startedAt,
    finished_at: run.finishedAt,
  };
}

function columnsOfState(state: RunState): Columns {
  return {
    status: state.status,
    stage: "stage" in state ? state.stage : null,
    pause_reason: state.status === "paused" ? state.reason : null,
    outcome: state.status === "completed" ? state.outcome : null,
    failure_code: state.status === "failed" ? state.code : null,
  };
}

/** An early version had a word of its own for a cap of money. */
function toPauseReason(row: RowReader): PauseReason {
  const reason = row.oneOf("pause_reason", [...pauseReasons, "budget"] as const);
  return reason === "budget" ? "money" : reason;
}

function toRunState(row: RowReader): RunState {
  const status = row.oneOf("status", statuses);
  switch (status) {
    case "queued":
    case "canceled":
      return { status };
    case "running":
      return { status, stage: row.oneOf("stage", stages) };
    case "paused":
      return {
        status,
        stage: row.oneOf("stage", stages),
        reason: toPauseReason(row),
      };
    case "completed":
      return { status, outcome: row.oneOf("outcome", ["full", "partial"]) };
    case "failed":
      return { status, stage: row.oneOf("stage", stages), code: row.oneOf("failure_code", failureCodes) };
  }
}

type StoredStageResult = Omit<StageResult, "finishedAt"> & { readonly finishedAt: string };

function toStageResult(stored: StoredStageResult): StageResult {
  return { ...stored, finishedAt: new Date(stored.finishedAt) };
}
