import { readKey } from "./board-key.ts";
import { findPart, type Heading } from "./headings.ts";
import { type Cell, isSeparator, splitRow } from "./table-row.ts";

const columnsByName = {
  id: "key",
  priority: "priority",
  title: "title",
  "depends on": "dependsOn",
  dependencies: "dependsOn",
  status: "status",
  assignee: "assignee",
  created: "created",
  updated: "updated",
} as const;

export type Column = (typeof columnsByName)[keyof typeof columnsByName];

type Columns = ReadonlyMap<Column, number>;

export interface TableRow {
  /** Counted from 0. */
  readonly line: number;
  /** Null when the first word of the row is no task's key. */
  readonly key: string | null;
  readonly cells: readonly Cell[];
  readonly columns: Columns;
  /** How many cells the table has in each row. */
  readonly width: number;
}

export type BoardTable =
  | { readonly kind: "missing" }
  /** There is a table, but not one that tasks could stand in. */
  | { readonly kind: "unusable"; readonly line: number }
  | {
      readonly kind: "usable";
      readonly rows: readonly TableRow[];
      readonly columns: Columns;
      readonly width: number;
      /** New rows come after this line, counted from 0. */
      readonly lastLine: number;
    };

export interface TableSource {
  readonly texts: readonly string[];
  readonly hidden: readonly boolean[];
  readonly headings: readonly Heading[];
}

/** The tables under "Active Tasks"; on a board without that heading, every table that has our columns. */
export function findTable(source: TableSource): BoardTable {
  const part = findPart(source.headings, "active tasks");
  const from = part === null ? 0 : part.line + 1;
  const to = part === null ? source.texts.length : part.end;
  const found = readTables(source, from, to);
  if (found.first !== null) return { kind: "usable", rows: found.rows, ...found.first };
  return part === null || found.unusable === null
    ? { kind: "missing" }
    : { kind: "unusable", line: found.unusable };
}

interface Table {
  readonly columns: Columns;
  readonly width: number;
  lastLine: number;
}

interface Reading {
  readonly rows: TableRow[];
  first: Table | null;
  unusable: number | null;
  /** The table that lines with pipes belong to at this place. */
  current: Table | null;
  /** Whether the last line belonged to it, too. */
  isInside: boolean;
}

function readTables(source: TableSource, from: number, to: number): Reading {
  const reading: Reading = { rows: [], first: null, unusable: null, current: null, isInside: false };
  const headingLines = new Set(source.headings.map((heading) => heading.line));
  for (let line = from; line < to; line += 1) {
    const text = source.texts[line] ?? "";
    if (headingLines.has(line)) reading.current = null;
    const cells = source.hidden[line] === true ? [] : splitRow(text);
    if (cells.length > 1 && line + 1 < to && isSeparator(source.texts[line + 1] ?? "")) {
      openTable(reading, cells, line);
      line += 1;
    } else {
      readRow(reading, cells, line);
    }
  }
  return reading;
}

function openTable(reading: Reading, header: readonly Cell[], line: number): void {
  const columns = readColumns(header);
  const isUsable = ["key", "title", "status"].every((name) => columns.has(name as Column));
  reading.current = isUsable ? { columns, width: header.length, lastLine: line + 1 } : null;
  reading.isInside = true;
  reading.first ??= reading.current;
  if (!isUsable) reading.unusable ??= line;
}

function readColumns(header: readonly Cell[]): Columns {
  const named = header.flatMap((cell, index) => {
    const name = cell.text.replaceAll(/[*_`]/gu, "").trim().toLowerCase();
    const column = Object.entries(columnsByName).find(([known]) => known === name)?.[1];
    return column === undefined ? [] : [[column, index] as const];
  });
  return new Map(named.toReversed());
}

const fewestCellsOfStrayRow = 3;

/** Rows that a blank line cut off from their table are still its rows; other text with pipes is not. */
function readRow(reading: Reading, cells: readonly Cell[], line: number): void {
  reading.isInside &&= cells.length > 0;
  const table = reading.current;
  if (table === null || cells.length === 0) return;
  const { columns, width } = table;
  const key = keyOf(cells, columns);
  if (!reading.isInside && (key === null || cells.length < fewestCellsOfStrayRow)) return;
  reading.rows.push({ line, key, cells, columns, width });
  if (reading.isInside) table.lastLine = line;
}

function keyOf(cells: readonly Cell[], columns: Columns): string | null {
  const cell = cells[columns.get("key") ?? 0];
  return cell === undefined ? null : readKey(cell.text);
}
