import type { BoardStatus } from "../../domain/task.ts";
import { isPriority, type Priority } from "../../domain/priority.ts";
import type { BoardRow } from "../../ports/board.ts";
import type { BoardDocument } from "./board-document.ts";
import type { TableRow } from "./board-table.ts";
import { readCriteria, readParagraphs } from "./detail-section.ts";
import { toOneLine, toPlainLines } from "./plain-text.ts";
import { decodeInline } from "./table-row.ts";

export const boardFields = [
  "priority",
  "title",
  "dependsOn",
  "status",
  "assignee",
  "created",
  "updated",
  "description",
  "acceptance",
  "note",
] as const;

export type BoardField = (typeof boardFields)[number];

/** What one task's row and section say, by field; a field that the board has no place for is absent. */
export type BoardTexts = Readonly<Partial<Record<BoardField, string>>>;

/** The label of the one list item that is ours alone. */
export const noteLabel = "AAS";

export function textsOfRow(row: BoardRow): Readonly<Record<BoardField, string>> {
  return {
    priority: row.priority.slice(0, 1).toUpperCase() + row.priority.slice(1),
    title: row.title,
    dependsOn: row.dependsOn.join(", "),
    status: row.status,
    assignee: row.assignee ?? "",
    created: row.created,
    updated: row.updated,
    description: row.description,
    acceptance: row.acceptance.map(toOneLine).join("\n"),
    note: row.note ?? "",
  };
}

export function standingTexts(document: BoardDocument, row: TableRow): BoardTexts {
  const cells = [...row.columns].flatMap(([column, index]) =>
    column === "key" ? [] : [[column, row.cells[index]?.text ?? ""] as const],
  );
  return { ...Object.fromEntries(cells), ...detailTexts(document, row.key ?? "") };
}

function detailTexts(document: BoardDocument, key: string): BoardTexts {
  const fields = document.sections.get(key)?.fields ?? [];
  const fieldOf = (label: string): (typeof fields)[number] | undefined =>
    fields.find((field) => field.label === label);
  const [description, acceptance] = [fieldOf("description"), fieldOf("acceptance criteria")];
  const note = fieldOf(noteLabel.toLowerCase());
  return {
    ...(description === undefined ? {} : { description: readParagraphs(document.texts, description) }),
    ...(acceptance === undefined
      ? {}
      : {
          acceptance: readCriteria(document.texts, acceptance)
            .map((each) => each.text)
            .join("\n"),
        }),
    note: note === undefined ? "" : decodeInline(readParagraphs(document.texts, note)),
  };
}

/** Whether two texts of a field mean the same to a reader. */
export function isSameText(field: BoardField, a: string, b: string): boolean {
  return canonicalText(field, a) === canonicalText(field, b);
}

export function canonicalText(field: BoardField, text: string): string {
  switch (field) {
    case "priority":
      return readPriority(text) ?? toOneLine(text);
    case "status":
      return readStatus(text) ?? toOneLine(text);
    case "dependsOn":
      return readKeys(text).toSorted().join(", ");
    case "description":
      return toPlainLines(text) === "-" ? "" : toPlainLines(text);
    case "acceptance":
      return [...new Set(splitCriteria(text))].toSorted().join("\n");
    case "title":
    case "assignee":
    case "created":
    case "updated":
    case "note":
      return toOneLine(text) === "-" ? "" : toOneLine(text);
  }
}

/** One criterion a line. */
export function splitCriteria(text: string): readonly string[] {
  return text
    .split("\n")
    .map(toOneLine)
    .filter((line) => line !== "");
}

/** Null for a word that is no priority. */
export function readPriority(text: string): Priority | null {
  const word = wordsOf(text);
  if (word === "critical") return "urgent";
  return isPriority(word) ? word : null;
}

const statuses: Readonly<Record<string, BoardStatus>> = {
  queued: "Queued",
  blocked: "Blocked",
  "in progress": "In Progress",
  "needs review": "Needs Review",
  done: "Done",
  canceled: "Canceled",
  cancelled: "Canceled",
};

/** Null for a word that is no status. */
export function readStatus(text: string): BoardStatus | null {
  return statuses[wordsOf(text)] ?? null;
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z]+/gu, " ")
    .trim();
}

/** The words of a dependency cell, keys spelled our way; what is no key stays as it is. */
export function readKeys(text: string): readonly string[] {
  const words = toOneLine(text)
    .split(/[,;]/u)
    .map((word) => word.trim());
  const keys = words.map((word) => word.replaceAll(/[*_`[\]]/gu, "").toUpperCase());
  const spelled = words.map((word, index) =>
    /^[A-Z][A-Z0-9]*(?:-\d+)+$/u.test(keys[index] ?? "") ? (keys[index] ?? "") : word,
  );
  return [...new Set(spelled.filter((word) => word !== "" && word !== "-"))];
}
