import type { ProjectId, RunId, Sha, SubmissionId, TaskId, TaskKey } from "../../../domain/ids.ts";
import { priorities } from "../../../domain/priority.ts";
import type { BuilderChoice, Task, TaskState } from "../../../domain/task.ts";
import { type Row, RowReader } from "./row-reader.ts";
import { type Columns, json } from "../sql.ts";

const statuses = ["queued", "active", "collected", "done", "needs_review", "canceled"] as const;

export function toTask(from: Row): Task {
  const row = new RowReader("tasks", from);
  return {
    id: row.text("id") as TaskId,
    key: row.text("key") as TaskKey,
    projectId: row.text("project_id") as ProjectId,
    runId: row.textOrNull("run_id") as RunId | null,
    version: row.integer("version"),
    title: row.text("title"),
    description: row.text("description"),
    priority: row.oneOf("priority", priorities),
    type: row.text("type"),
    dependsOn: row.texts("depends_on") as readonly TaskKey[],
    parent: row.textOrNull("parent") as TaskKey | null,
    assignee: row.textOrNull("assignee"),
    files: row.texts("files"),
    acceptance: row.list("acceptance") as Task["acceptance"],
    builder: row.object("builder") as BuilderChoice,
    state: toTaskState(row),
    hint: row.textOrNull("hint"),
    round: row.integer("round"),
    createdAt: row.time("created_at"),
    updatedAt: row.time("updated_at"),
  };
}

/** What a later version of a task may say otherwise than an earlier one. */
export function changingColumnsOf(task: Task): Columns {
  return {
    run_id: task.runId,
    title: task.title,
    description: task.description,
    priority: task.priority,
    type: task.type,
    depends_on: task.dependsOn,
    parent: task.parent,
    assignee: task.assignee,
    files: task.files,
    acceptance: json(task.acceptance),
    builder: json(task.builder),
    ...columnsOfState(task.state),
    hint: task.hint,
    round: task.round,
    updated_at: task.updatedAt,
  };
}

function columnsOfState(state: TaskState): Columns {
  return {
    status: state.status,
    submission_id: state.status === "collected" ? state.submissionId : null,
    collected_sha: state.status === "collected" ? state.sha : null,
    landed_commit: state.status === "done" ? state.commit : null,
    review_reason: state.status === "needs_review" ? state.reason : null,
  };
}

function toTaskState(row: RowReader): TaskState {
  const status = row.oneOf("status", statuses);
  switch (status) {
    case "queued":
    case "active":
    case "canceled":
      return { status };
    case "collected":
      return {
        status,
        submissionId: row.text("submission_id") as SubmissionId,
        sha: row.text("collected_sha") as Sha,
      };
    case "done":
      return { status, commit: row.text("landed_commit") as Sha };
    case "needs_review":
      return { status, reason: row.text("review_reason") };
  }
}
