import { isTaskKey } from "../../domain/ids.ts";
import { isPriority } from "../../domain/priority.ts";
import type { BoardProblem, EditableField, FoundRow } from "../../ports/board.ts";
import { joinTaskText } from "./task-text.ts";

const maxTitle = 200;
const maxText = 10_000;
const maxName = 100;
/** A slip of the finger in an id must not lift all later ids. */
const maxNumber = 999_999;

type Rule = (row: FoundRow) => BoardProblem | null;

/** What one row must be for its fields to count, by field. */
export const fieldRules: Readonly<Record<EditableField, Rule>> = {
  title: (row) =>
    row.title === "" || row.title.length > maxTitle
      ? faultIn(row, "has no usable title", `Write a title of 1 to ${maxTitle} characters.`)
      : null,
  priority: (row) =>
    isPriority(row.priority)
      ? null
      : faultIn(row, `has the priority ${quote(row.priority)}`, "Write Urgent, High, Medium or Low."),
  dependsOn: (row) => {
    const wrong = row.dependsOn.filter((key) => !isTaskKey(key) || key === row.key);
    if (wrong.length === 0) return null;
    const what = `depends on ${wrong.map(quote).join(", ")}`;
    return faultIn(row, what, "Write the ids of the tasks it waits for, or - for none.");
  },
  assignee: (row) =>
    (row.assignee ?? "").length > maxName
      ? faultIn(row, "has a very long assignee", `Write at most ${maxName} characters.`)
      : null,
  description: textRule,
  acceptance: textRule,
};

function textRule(row: FoundRow): BoardProblem | null {
  const text = joinTaskText({ description: row.description, criteria: row.acceptance });
  if (text.length <= maxText) return null;
  return faultIn(
    row,
    "has a very long description",
    `Write at most ${maxText} characters, criteria included.`,
  );
}

/** What a row must be, besides, to become a task. */
export const newRowRules: readonly Rule[] = [
  (row) =>
    isTaskKey(row.key) && numbersOf(row.key).every((number) => number >= 1 && number <= maxNumber)
      ? null
      : faultIn(row, "has a number that is out of range", `Number tasks from 1 to ${maxNumber}.`),
  (row) =>
    row.status === "Queued" || row.status === "Blocked"
      ? null
      : faultIn(
          row,
          `stands as ${quote(row.status)}, and no run knows it`,
          "Write Queued to have it worked on, or Done to keep it as history.",
        ),
  (row) =>
    row.type.length > maxName
      ? faultIn(row, "has a very long type", `Write at most ${maxName} characters.`)
      : null,
  ...Object.values(fieldRules),
];

export function faultIn(row: FoundRow, what: string, cure: string): BoardProblem {
  return { line: row.line, message: `${row.key} ${what}.`, cure };
}

/** AAS-211-1 is 211 and 1. */
export function numbersOf(key: string): readonly number[] {
  return key.split("-").slice(1).map(Number);
}

/** The number a key takes from the allocator; null when it is beyond what it ever gives. */
export function takenNumberOf(key: string): number | null {
  const [number = 0] = numbersOf(key);
  return number >= 1 && number <= maxNumber ? number : null;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
