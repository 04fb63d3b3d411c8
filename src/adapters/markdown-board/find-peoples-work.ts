import type { BoardEdit, BoardProblem, BoardImport, BoardRow, FoundRow } from "../../ports/board.ts";
import type { BoardDocument } from "./board-document.ts";
import { findBoardProblems } from "./board-problems.ts";
import type { TableRow } from "./board-table.ts";
import {
  type BoardField,
  boardFields,
  readKeys,
  readPriority,
  readStatus,
  splitCriteria,
  standingTexts,
} from "./board-texts.ts";
import { readParagraphs } from "./detail-section.ts";
import { isEditableField, type RowMerge } from "./merge-rows.ts";

export interface PeoplesWork {
  readonly document: BoardDocument;
  readonly rows: readonly BoardRow[];
  readonly merged: readonly RowMerge[];
  readonly archivedKeys: readonly string[];
}

/** What stands on the board and not in the database. */
export function findPeoplesWork({ document, rows, merged, archivedKeys }: PeoplesWork): BoardImport {
  const known = new Set<string>(rows.map((row) => row.key));
  const found = [...document.rows.values()].map((row) => ({ row, text: toFoundRow(document, row) }));
  const unknown = found.filter(({ text }) => !known.has(text.key));
  const finished = unknown.filter(({ text }) => text.status === "Done").map(({ text }) => text.key);
  return {
    newRows: unknown.filter(({ row }) => row.cells.length === row.width).map(({ text }) => text),
    edits: merged.flatMap((each) => toEdit(document, each)),
    keys: [...document.rows.keys(), ...document.sections.keys(), ...archivedKeys],
    settledKeys: [...archivedKeys, ...finished],
    problems: tellOnce([
      ...findBoardProblems(document),
      ...merged.filter((each) => each.target === null).flatMap((each) => each.problems),
    ]),
  };
}

/** An export that left a row alone says so too; each is told once. */
function tellOnce(problems: readonly BoardProblem[]): readonly BoardProblem[] {
  return [...new Map(problems.map((each) => [`${each.line} ${each.message}`, each])).values()];
}

function toEdit(document: BoardDocument, { row, edited }: RowMerge): readonly BoardEdit[] {
  const standing = document.rows.get(row.key);
  const fields = edited.filter(isEditableField);
  if (standing === undefined || fields.length === 0) return [];
  return [{ fields, row: toFoundRow(document, standing) }];
}

function toFoundRow(document: BoardDocument, row: TableRow): FoundRow {
  const says = standingTexts(document, row);
  const texts = Object.fromEntries(boardFields.map((field) => [field, says[field] ?? ""])) as AllTexts;
  const priority = texts.priority || "medium";
  return {
    key: row.key ?? "",
    line: row.line + 1,
    priority: readPriority(priority) ?? priority,
    title: texts.title,
    dependsOn: readKeys(texts.dependsOn),
    status: readStatus(texts.status) ?? texts.status,
    assignee: texts.assignee || null,
    created: texts.created,
    updated: texts.updated,
    description: texts.description,
    type: typeOf(document, row.key ?? ""),
    acceptance: splitCriteria(texts.acceptance),
  };
}

type AllTexts = Readonly<Record<BoardField, string>>;

function typeOf(document: BoardDocument, key: string): string {
  const field = document.sections.get(key)?.fields.find((each) => each.label === "type");
  return field === undefined ? "" : readParagraphs(document.texts, field);
}
