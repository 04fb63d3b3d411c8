import { fieldOf } from "./analysis-fields.ts";

/** Turns the rows of Markdown tables into labelled bullets, so that one reader does for both. */
export function tablesAsLines(text: string): string {
  const lines = text.split("\n");
  const out: string[] = [];
  for (let at = 0; at < lines.length;) {
    const rows: string[] = [];
    while (isRow(lines[at + rows.length])) rows.push(lines[at + rows.length] ?? "");
    out.push(...(rows.length > 1 ? renderRows(rows.map(cellsOf)) : [...rows, ...nextLine(lines, at, rows)]));
    at += Math.max(rows.length, 1);
  }
  return out.join("\n");
}

function nextLine(lines: readonly string[], at: number, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [lines[at] ?? ""] : [];
}

function isRow(line: string | undefined): boolean {
  return /^\s*\|.*\|\s*$/u.test(line ?? "");
}

function cellsOf(row: string): readonly string[] {
  return row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/u)
    .map((cell) => cell.trim());
}

/** A table has a label in each row, or all of them in its head. */
function renderRows(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = [], ...rest] = rows.filter((cells) => !cells.every((cell) => /^:?-*:?$/u.test(cell)));
  const labels = head.filter((cell) => fieldOf(cell) !== null);
  if (labels.length < 2)
    return [head, ...rest].flatMap(([label = "", ...values]) => renderCell(label, values));
  return rest.flatMap((cells) => cells.flatMap((cell, index) => renderCell(head[index] ?? "", [cell])));
}

/** The first cell that is filled is the answer; what stands behind it are notes. */
function renderCell(label: string, values: readonly string[]): readonly string[] {
  const parts = (values.find((value) => value !== "") ?? "").split(/\s*<br\s*\/?>\s*/u);
  const [only = ""] = parts;
  if (parts.length === 1) return [`- **${label}:** ${only}`];
  return [`- **${label}:**`, ...parts.map((part) => `  - ${part.replace(/^(?:[-*•]|\d+[.)])\s+/u, "")}`)];
}
