import { makeId } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IdSource } from "../../ports/id-source.ts";

/** What must be known of a task; everything else has a modest meaning where it is not given. */
export type TaskDraft = Pick<Task, "key" | "projectId" | "title"> & Partial<Omit<Task, "id" | "version">>;

/** A task as it begins: queued, its first round, not recorded yet. */
export function draftTask(deps: { readonly ids: IdSource; readonly clock: Clock }, draft: TaskDraft): Task {
  const now = deps.clock.now();
  return {
    runId: null,
    description: "",
    priority: "medium",
    type: "feature",
    dependsOn: [],
    parent: null,
    assignee: null,
    files: [],
    acceptance: [],
    builder: { kind: "model" },
    state: { status: "queued" },
    hint: null,
    round: 1,
    createdAt: now,
    updatedAt: now,
    ...draft,
    id: makeId("tsk", deps.ids.next()),
    version: 1,
  };
}
