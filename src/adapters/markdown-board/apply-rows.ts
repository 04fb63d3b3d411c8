import { type BoardDocument, readBoard } from "./board-document.ts";
import type { BoardTexts } from "./board-texts.ts";
import { isSameText, standingTexts } from "./board-texts.ts";
import type { Column, TableRow } from "./board-table.ts";
import { editsOfSection, newSections } from "./detail-edits.ts";
import type { RowText } from "./row-text.ts";
import { applyLineEdits, type LineEdit } from "./lines.ts";
import { renderRow, replaceCell } from "./table-row.ts";
import { withTable } from "./board-skeleton.ts";

/**
 * Changes the cells and lines of these rows that say something else, and adds the rows that are missing. Every other
 * byte stays.
 */
export function applyRows(document: BoardDocument, rows: readonly RowText[]): BoardDocument {
  const target = rows.length === 0 ? document : withTable(document);
  const edits = [
    ...rows.flatMap((row) => editsOfRow(target, row)),
    ...newRows(target, rows),
    ...rows.flatMap((row) => editsOfSection(target, row)),
    ...newSections(target, rows),
  ];
  return edits.length === 0 ? target : readBoard(applyLineEdits(target.lines, edits));
}

function editsOfRow(document: BoardDocument, row: RowText): readonly LineEdit[] {
  const standing = document.rows.get(row.key);
  if (standing === undefined) return [];
  const before = document.texts[standing.line] ?? "";
  const after = rewriteRow(before, standing, row.texts, standingTexts(document, standing));
  return after === before ? [] : [{ at: standing.line, remove: 1, insert: [after] }];
}

/** From right to left, so that the places of the cells to the left stay true. */
function rewriteRow(line: string, row: TableRow, texts: BoardTexts, standing: BoardTexts): string {
  const columns = [...row.columns].toSorted((a, b) => b[1] - a[1]);
  return columns.reduce((text, [column, index]) => {
    const cell = row.cells[index];
    const [next, old] = column === "key" ? [] : [texts[column], standing[column]];
    if (column === "key" || cell === undefined || next === undefined || old === undefined) return text;
    return isSameText(column, next, old) ? text : replaceCell(text, cell, next);
  }, line);
}

function newRows(document: BoardDocument, rows: readonly RowText[]): readonly LineEdit[] {
  const { table } = document;
  const missing = rows.filter((row) => !document.rows.has(row.key));
  if (table.kind !== "usable" || missing.length === 0) return [];
  const names: readonly (Column | null)[] = Array.from(
    { length: table.width },
    (_, index) => [...table.columns].find(([, at]) => at === index)?.[0] ?? null,
  );
  const insert = missing.map((row) => renderRow(names.map((name) => cellText(row, name))));
  return [{ at: table.lastLine + 1, remove: 0, insert }];
}

function cellText(row: RowText, column: Column | null): string {
  if (column === null) return "-";
  return column === "key" ? row.key : (row.texts[column] ?? "-");
}
