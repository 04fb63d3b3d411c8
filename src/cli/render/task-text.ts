import type { Attempt } from "../../domain/attempt.ts";
import type { Task } from "../../domain/task.ts";
import type { TaskSummary } from "../../pipeline/queries/run-summary.ts";
import { branchesOf, nextCommandOf } from "../documents/task-document.ts";

/** The board: one line a task, and why a person is needed below it. */
export function renderTaskList(summaries: readonly TaskSummary[]): string {
  if (summaries.length === 0) return 'No tasks yet. Add one: aas task add "<title>"';
  const width = Math.max(...summaries.map(({ task }) => task.key.length));
  return summaries.flatMap((summary) => listLines(summary, width)).join("\n");
}

function listLines({ task, boardStatus }: TaskSummary, width: number): readonly string[] {
  const after = task.dependsOn.length === 0 ? "" : `  after ${task.dependsOn.join(", ")}`;
  const line = `${task.key.padEnd(width)}  ${boardStatus.padEnd(12)}  ${task.priority.padEnd(6)}  ${task.title}${after}`;
  if (task.state.status !== "needs_review") return [line];
  return [line, `${" ".repeat(width)}  why: ${task.state.reason}`];
}

/** One task in full. */
export function renderTask(summary: TaskSummary): string {
  const { task, boardStatus, attempts } = summary;
  const branches = branchesOf(summary);
  const next = nextCommandOf(summary);
  return [
    `${task.key}  ${boardStatus}  ${task.title}`,
    ...(task.description === "" ? [] : ["", ...task.description.split("\n").map((line) => `  ${line}`)]),
    "",
    ...fieldsOf(summary).map(([name, value]) => `  ${name.padEnd(11)} ${value}`),
    ...(attempts.length === 0 ? [] : ["", "Attempts"]),
    ...attempts.flatMap((attempt, index) => attemptLines(attempt, branches[index] ?? "")),
    ...(next === null ? [] : ["", `Next  ${next}`]),
  ].join("\n");
}

function fieldsOf({ task, waitingFor }: TaskSummary): readonly (readonly [string, string])[] {
  const fields: readonly (readonly [string, string])[] = [
    ["priority", task.priority],
    ["type", task.type],
    ["after", task.dependsOn.join(", ")],
    ["waits for", waitingFor.join(", ")],
    ["part of", task.parent ?? ""],
    ["files", task.files.join(", ")],
    ["acceptance", task.acceptance.map((command) => command.join(" ")).join(" · ")],
    ["built by", builderOf(task)],
    ["assignee", task.assignee ?? ""],
    ["run", task.runId ?? ""],
    ["commit", task.state.status === "done" ? task.state.commit : ""],
    ["why", task.state.status === "needs_review" ? task.state.reason : ""],
    ["hint", task.hint ?? ""],
    ["created", task.createdAt.toISOString()],
    ["updated", task.updatedAt.toISOString()],
  ];
  return fields.filter(([, value]) => value !== "");
}

function builderOf({ builder }: Task): string {
  return builder.kind === "model" ? "model" : `blueprint ${builder.name}`;
}

function attemptLines({ round, number, state, builder }: Attempt, branch: string): readonly string[] {
  const name = round === 1 ? `${number}` : `${number} of round ${round}`;
  const line = `  ${name}  ${state.status} by ${builder}  ${branch}`;
  switch (state.status) {
    case "failed":
      return [
        line,
        `       ${state.failure.kind}: ${state.failure.summary}`,
        ...state.failure.details.flatMap((detail) => detail.split("\n").map((text) => `         ${text}`)),
      ];
    case "abandoned":
      return [line, `       ${state.reason}`];
    case "running":
    case "completed":
    case "canceled":
      return [line];
  }
}
