import { type BoardTable, findTable, type TableRow } from "./board-table.ts";
import { type DetailSection, findSections } from "./detail-section.ts";
import { findHeadings, type Heading } from "./headings.ts";
import { findHiddenLines } from "./hidden-lines.ts";
import { joinLines, type Line, splitLines } from "./lines.ts";

/** A board as it stands, every byte of it, and where our things are in it. */
export interface BoardDocument {
  readonly lines: readonly Line[];
  readonly texts: readonly string[];
  readonly headings: readonly Heading[];
  readonly table: BoardTable;
  /** The rows that can be ours: the first of each key. */
  readonly rows: ReadonlyMap<string, TableRow>;
  /** The first section of each key. */
  readonly sections: ReadonlyMap<string, DetailSection>;
}

export function parseBoard(text: string): BoardDocument {
  return readBoard(splitLines(text));
}

export function readBoard(lines: readonly Line[]): BoardDocument {
  const texts = lines.map((line) => line.text);
  const hidden = findHiddenLines(texts);
  const headings = findHeadings(texts, hidden);
  const source = { texts, hidden, headings };
  const table = findTable(source);
  const rows = table.kind === "usable" ? table.rows : [];
  return {
    lines,
    texts,
    headings,
    table,
    rows: firstByKey(rows),
    sections: firstByKey(findSections(source)),
  };
}

/** The text that was parsed, byte for byte. */
export function renderBoard(document: BoardDocument): string {
  return joinLines(document.lines);
}

function firstByKey<Found extends { readonly key: string | null }>(
  found: readonly Found[],
): ReadonlyMap<string, Found> {
  const first = new Map<string, Found>();
  for (const each of found) {
    if (each.key !== null && !first.has(each.key)) first.set(each.key, each);
  }
  return first;
}
