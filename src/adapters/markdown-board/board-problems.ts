import type { BoardProblem, BoardRow } from "../../ports/board.ts";
import type { BoardDocument } from "./board-document.ts";
import type { TableRow } from "./board-table.ts";
import type { BoardField } from "./board-texts.ts";

const fieldNames: Readonly<Record<BoardField, string>> = {
  priority: "Priority",
  title: "Title",
  dependsOn: "Depends On",
  status: "Status",
  assignee: "Assignee",
  created: "Created",
  updated: "Updated",
  description: "Description",
  acceptance: "Acceptance Criteria",
  note: "note",
};

export interface Sides {
  readonly field: BoardField;
  readonly said: string;
  readonly truth: string;
  readonly line: number;
}

export function refusalProblem(row: BoardRow, { field, said, truth, line }: Sides): BoardProblem {
  const message = `${row.key}: somebody wrote ${quote(said)} as ${fieldNames[field]}, but it is ${quote(truth)}. It was written back.`;
  return { line, message, cure: refusalCure(row, field) };
}

function refusalCure(row: BoardRow, field: BoardField): string {
  if (field === "status") {
    return `A status follows from the facts; Done comes from a commit on the base branch. See: aas task show ${row.key}`;
  }
  if (field === "created") return "Leave the day as it is.";
  return `A task can be changed while it waits in the queue; this one is ${row.status}.`;
}

export function conflictProblem(row: BoardRow, { field, said, truth, line }: Sides): BoardProblem {
  return {
    line,
    message: `${row.key}: the board says ${quote(said)} as ${fieldNames[field]}, the database says ${quote(truth)}. The database's text stands now.`,
    cure: "Write yours again if you still want it.",
  };
}

export function deletedProblem(row: BoardRow): BoardProblem {
  return {
    line: null,
    message: `${row.key} was taken off the board while it is ${row.status}. It was written back.`,
    cure: "Only rows of tasks that are Done or Canceled can be deleted.",
  };
}

export function collisionProblem(row: BoardRow, line: number, found: string): BoardProblem {
  return {
    line,
    message: `${row.key} stands there as ${quote(found)}, but is ${quote(row.title)} in the database: two tasks with one id. Neither was changed.`,
    cure: "Give the task on the board an id that is free.",
  };
}

export function widthProblem(row: TableRow): BoardProblem {
  return {
    line: row.line + 1,
    message: `${row.key ?? "The row"} has ${row.cells.length} cells where the table has ${row.width}. It was left as it stands.`,
    cure: String.raw`Write a pipe within a cell as \|, and - for an empty cell.`,
  };
}

function unusableProblem(line: number): BoardProblem {
  return {
    line: line + 1,
    message: "The table under Active Tasks lacks a column ID, Title or Status.",
    cure: "Name its columns ID, Priority, Title, Depends On, Status, Assignee, Created, Updated.",
  };
}

/** What is wrong with the board itself, whoever wrote it. */
export function findBoardProblems(document: BoardDocument): readonly BoardProblem[] {
  const { table } = document;
  if (table.kind === "unusable") return [unusableProblem(table.line)];
  if (table.kind === "missing") return [];
  return table.rows.flatMap((row) => problemsOfRow(document, row));
}

function problemsOfRow(document: BoardDocument, row: TableRow): readonly BoardProblem[] {
  if (row.key === null) return [keyProblem(row)];
  const first = document.rows.get(row.key);
  if (first !== undefined && first !== row) return [duplicateProblem(row.key, first.line + 1, row.line + 1)];
  return row.cells.length === row.width ? [] : [widthProblem(row)];
}

function keyProblem(row: TableRow): BoardProblem {
  const found = row.cells[row.columns.get("key") ?? 0]?.text ?? "";
  return {
    line: row.line + 1,
    message: `${quote(found)} is no id of a task.`,
    cure: "Write an id like AAS-400.",
  };
}

function duplicateProblem(key: string, first: number, line: number): BoardProblem {
  return {
    line,
    message: `${key} stands on the board twice; the row on line ${first} counts.`,
    cure: "Give one of them an id that is free, or delete it.",
  };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
