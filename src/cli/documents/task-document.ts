import { branchName, taskRef } from "../../pipeline/names.ts";
import type { TaskSummary } from "../../pipeline/queries/run-summary.ts";
import { toTaskDocument } from "./run-document.ts";

/** One task as `aas task show --json` prints it: what runs say of it, and what only its own page does. */
export function toShownTaskDocument(summary: TaskSummary): Readonly<Record<string, unknown>> {
  const { task } = summary;
  return {
    ...toTaskDocument(summary),
    parent: task.parent,
    builder: task.builder,
    hint: task.hint,
    round: task.round,
    branches: branchesOf(summary),
    nextCommand: nextCommandOf(summary),
  };
}

/** Where each attempt left its work, the newest last. */
export function branchesOf({ task, attempts }: TaskSummary): readonly string[] {
  return attempts.map((attempt) => branchName(taskRef(attempt.runId, task, attempt)));
}

/** What a person would do with it next; null when there is nothing to do. */
export function nextCommandOf({ task }: TaskSummary): string | null {
  const { key, runId, state } = task;
  switch (state.status) {
    case "queued":
      return runId === null ? `aas automate --tasks ${key}` : `aas automate status ${runId}`;
    case "active":
    case "collected":
      return runId === null ? null : `aas automate status ${runId}`;
    case "needs_review":
      return runId === null ? `aas automate --tasks ${key}` : `aas automate retry ${runId} --hint "…"`;
    case "done":
      return runId === null ? null : `aas report ${runId}`;
    case "canceled":
      return null;
  }
}
