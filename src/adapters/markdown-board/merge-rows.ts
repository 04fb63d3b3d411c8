import { type BoardRow, type BoardProblem, editableFields } from "../../ports/board.ts";
import type { RowText } from "./row-text.ts";
import type { BoardDocument } from "./board-document.ts";
import {
  type BoardMemory,
  commonAncestor,
  isOurs,
  isRemembered,
  rememberTexts,
  type RowMemory,
} from "./board-memory.ts";
import {
  collisionProblem,
  conflictProblem,
  deletedProblem,
  refusalProblem,
  widthProblem,
} from "./board-problems.ts";
import type { TableRow } from "./board-table.ts";
import {
  type BoardField,
  boardFields,
  type BoardTexts,
  isSameText,
  standingTexts,
  textsOfRow,
} from "./board-texts.ts";
import { headingTitle } from "./detail-edits.ts";
import { type FieldMerge, mergeField } from "./merge-field.ts";

/** What became of one row of ours. */
export interface RowMerge {
  readonly row: BoardRow;
  /** What shall stand; null leaves all of it as it is. */
  readonly target: RowText | null;
  /** What a person changed, to be read into the database. */
  readonly edited: readonly BoardField[];
  readonly problems: readonly BoardProblem[];
  /** What there is to remember of it once its target stands, and until then; null forgets it. */
  readonly memory: RowMemory[string] | null;
  readonly base: RowMemory[string] | null;
}

/** Last export × what stands × what the database says. */
export function mergeRows(
  document: BoardDocument,
  rows: readonly BoardRow[],
  memory: BoardMemory,
): readonly RowMerge[] {
  return rows.map((row) => mergeRow(document, row, memory));
}

function mergeRow(document: BoardDocument, row: BoardRow, memory: BoardMemory): RowMerge {
  const standing = document.rows.get(row.key);
  const collision = findCollision(document, row, memory);
  if (collision !== null) return leave(row, [collision], null);
  if (standing === undefined) return mergeMissing(row, memory);
  if (standing.cells.length !== standing.width) {
    return leave(row, [widthProblem(standing)], memory.underway[row.key] ?? memory.written[row.key] ?? null);
  }
  return mergeStanding(document, row, standing, memory);
}

function leave(row: BoardRow, problems: readonly BoardProblem[], memory: RowMemory[string] | null): RowMerge {
  return { row, target: null, edited: [], problems, memory, base: memory };
}

/** A key that we never wrote stands over another title: two tasks with one number, and neither may take the other's place. */
function findCollision(document: BoardDocument, row: BoardRow, memory: BoardMemory): BoardProblem | null {
  const found = isRemembered(memory, row.key) ? null : findTitle(document, row.key);
  if (found === null || isSameText("title", found.text, row.title)) return null;
  return collisionProblem(row, found.line + 1, found.text);
}

function findTitle(
  document: BoardDocument,
  key: string,
): { readonly text: string; readonly line: number } | null {
  const standing = document.rows.get(key);
  if (standing !== undefined) {
    return { text: standingTexts(document, standing).title ?? "", line: standing.line };
  }
  const section = document.sections.get(key);
  return section === undefined ? null : { text: headingTitle(document, section), line: section.heading };
}

/** Who takes a finished task off the board tidies up; an open one comes back. */
function mergeMissing(row: BoardRow, memory: BoardMemory): RowMerge {
  const texts = textsOfRow(row);
  const wasDeleted = memory.written[row.key] !== undefined;
  const isClosed = row.status === "Done" || row.status === "Canceled";
  if (wasDeleted && isClosed) return leave(row, [], rememberTexts(texts));
  return {
    row,
    target: { key: row.key, texts, type: row.type, heading: null },
    edited: [],
    problems: wasDeleted ? [deletedProblem(row)] : [],
    memory: rememberTexts(texts),
    base: null,
  };
}

function mergeStanding(
  document: BoardDocument,
  row: BoardRow,
  standing: TableRow,
  memory: BoardMemory,
): RowMerge {
  const [says, truth] = [standingTexts(document, standing), textsOfRow(row)];
  const merged = boardFields.flatMap((field) => {
    const said = says[field];
    if (said === undefined || isSameText(field, said, truth[field])) return [];
    const verdict = mergeField({
      field,
      isKnown: isRemembered(memory, row.key),
      boardIsOurs: isOurs(memory, row.key, field, said),
      truthIsOld: isOurs(memory, row.key, field, truth[field]),
      isEditable: row.isEditable,
    });
    return [{ field, said, verdict, isWritten: verdict !== "keep" && verdict !== "edit" }];
  });
  const written = merged.filter((each) => each.isWritten).map(({ field }) => [field, truth[field]] as const);
  return {
    row,
    target: {
      key: row.key,
      // A title goes along for a section that may have to be made.
      texts: { ...withSectionTexts(says, truth), ...Object.fromEntries(written) },
      type: row.type,
      heading: headingFor(document, row, memory),
    },
    edited: merged.filter(({ verdict }) => verdict === "edit").map(({ field }) => field),
    problems: merged.flatMap(({ field, said, verdict }) =>
      problemOf(row, { field, said, truth: truth[field], line: standing.line + 1 }, verdict),
    ),
    memory: rememberTexts(truth),
    base: isRemembered(memory, row.key) ? commonAncestor(memory, row.key, says) : null,
  };
}

/** What stands stays; what has no place yet would be made with the database's words. */
function withSectionTexts(says: BoardTexts, truth: BoardTexts): BoardTexts {
  return { ...truth, ...says };
}

/** A heading that still shows the title we wrote before follows the title. */
function headingFor(document: BoardDocument, row: BoardRow, memory: BoardMemory): string | null {
  const section = document.sections.get(row.key);
  if (section === undefined) return null;
  return isOurs(memory, row.key, "title", headingTitle(document, section)) ? row.title : null;
}

interface SaidAndTrue {
  readonly field: BoardField;
  readonly said: string;
  readonly truth: string;
  readonly line: number;
}

function problemOf(row: BoardRow, sides: SaidAndTrue, verdict: FieldMerge): readonly BoardProblem[] {
  if (verdict === "refuse") return [refusalProblem(row, sides)];
  return verdict === "conflict" ? [conflictProblem(row, sides)] : [];
}

export function isEditableField(field: string): field is (typeof editableFields)[number] {
  return (editableFields as readonly string[]).includes(field);
}
