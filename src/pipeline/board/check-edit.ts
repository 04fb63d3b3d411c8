import { toTaskKey } from "../../domain/ids.ts";
import { isPriority } from "../../domain/priority.ts";
import type { Task } from "../../domain/task.ts";
import { reachabilityOf } from "../../domain/graph/reachability.ts";
import type { BoardEdit, BoardProblem, EditableField, FoundRow } from "../../ports/board.ts";
import { danglingFault } from "./check-new-rows.ts";
import { faultIn, fieldRules } from "./row-rules.ts";
import { joinTaskText, renderCommand, splitTaskText } from "./task-text.ts";

export type TaskPatch = Partial<Pick<Task, "title" | "priority" | "dependsOn" | "assignee" | "description">>;

export interface CheckedEdit {
  readonly patch: TaskPatch;
  readonly fields: readonly EditableField[];
  readonly problems: readonly BoardProblem[];
}

/** What of a person's edit becomes part of the task; each field counts on its own. */
export function checkEdit(
  edit: BoardEdit,
  task: Task,
  tasks: readonly Task[],
  settledKeys: readonly string[],
): CheckedEdit {
  const known = new Set([...tasks.map((each) => each.key), ...settledKeys]);
  const judged = edit.fields.map((field) => ({ field, fault: faultOf(field, { edit, task, tasks, known }) }));
  const fields = judged.filter(({ fault }) => fault === null).map(({ field }) => field);
  return {
    fields,
    patch: Object.assign({}, ...fields.map((field) => patchOf(field, edit.row, task, fields))) as TaskPatch,
    problems: judged.flatMap(({ fault }) => (fault === null ? [] : [fault])),
  };
}

interface EditContext {
  readonly edit: BoardEdit;
  readonly task: Task;
  readonly tasks: readonly Task[];
  readonly known: ReadonlySet<string>;
}

function faultOf(field: EditableField, { edit, task, tasks, known }: EditContext): BoardProblem | null {
  const { row } = edit;
  const fault = fieldRules[field](row);
  if (fault !== null) return fault;
  if (field === "dependsOn") return danglingFault(row, known) ?? cycleFault(row, tasks);
  return field === "acceptance" ? commandFault(row, task) : null;
}

function cycleFault(row: FoundRow, tasks: readonly Task[]): BoardProblem | null {
  const nodes = tasks.map((task) =>
    task.key === row.key ? { key: row.key, dependsOn: row.dependsOn } : task,
  );
  if (!reachabilityOf(nodes).reaches(row.key, row.key)) return null;
  return faultIn(row, "would wait for itself through others", "Take one of its dependencies away.");
}

/** Words of people are criteria; commands are run, and come from the plan alone. */
function commandFault(row: FoundRow, task: Task): BoardProblem | null {
  const lost = task.acceptance.map(renderCommand).filter((command) => !row.acceptance.includes(command));
  if (lost.length === 0) return null;
  return faultIn(
    row,
    `no longer shows its command ${lost.join(", ")}`,
    "Put the line back: commands come from the plan.",
  );
}

function patchOf(
  field: EditableField,
  row: FoundRow,
  task: Task,
  fields: readonly EditableField[],
): TaskPatch {
  switch (field) {
    case "title":
      return { title: row.title };
    case "priority":
      return isPriority(row.priority) ? { priority: row.priority } : {};
    case "dependsOn":
      return { dependsOn: row.dependsOn.map(toTaskKey) };
    case "assignee":
      return { assignee: row.assignee };
    case "description":
    case "acceptance":
      return { description: describe(row, task, fields) };
  }
}

function describe(row: FoundRow, task: Task, fields: readonly EditableField[]): string {
  const before = splitTaskText(task.description);
  const commands = new Set(task.acceptance.map(renderCommand));
  return joinTaskText({
    description: fields.includes("description") ? row.description : before.description,
    criteria: fields.includes("acceptance")
      ? row.acceptance.filter((each) => !commands.has(each))
      : before.criteria,
  });
}
