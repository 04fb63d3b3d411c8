import { toOneLine } from "./plain-text.ts";

/** One cell of a line: where it lies between its pipes, and what it says. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The cells of a line; outer pipes and spaces around them may be missing. None when the line has no pipe. */
export function splitRow(line: string): readonly Cell[] {
  const pipes = findPipes(line);
  if (pipes.length === 0) return [];
  const bounds = [-1, ...pipes, line.length];
  const cells = bounds.slice(1).map((end, index) => toCell(line, (bounds[index] ?? 0) + 1, end));
  const first = isBlank(line, cells[0]) ? 1 : 0;
  const last = isBlank(line, cells.at(-1)) ? cells.length - 1 : cells.length;
  return cells.slice(first, Math.max(first, last));
}

/** A pipe after an odd number of backslashes is text. */
function findPipes(line: string): readonly number[] {
  const pipes: number[] = [];
  let backslashes = 0;
  for (let index = 0; index < line.length; index += 1) {
    if (line[index] === "|" && backslashes % 2 === 0) pipes.push(index);
    backslashes = line[index] === "\\" ? backslashes + 1 : 0;
  }
  return pipes;
}

function toCell(line: string, start: number, end: number): Cell {
  return { start, end, text: decodeCell(line.slice(start, end)) };
}

function isBlank(line: string, cell: Cell | undefined): boolean {
  return cell !== undefined && line.slice(cell.start, cell.end).trim() === "";
}

/** Replaces what a cell says and keeps the spaces around it. */
export function replaceCell(line: string, cell: Cell, text: string): string {
  const old = line.slice(cell.start, cell.end);
  const said = old.trim();
  const lead = said === "" ? " " : old.slice(0, old.indexOf(said));
  const trail = said === "" ? " " : old.slice(old.indexOf(said) + said.length);
  const next = encodeCell(text);
  const guard = next.endsWith("\\") && trail === "" ? " " : "";
  return line.slice(0, cell.start) + lead + next + trail + guard + line.slice(cell.end);
}

export function renderRow(texts: readonly string[]): string {
  return `| ${texts.map(encodeCell).join(" | ")} |`;
}

export function isSeparator(line: string): boolean {
  const cells = splitRow(line);
  return cells.length > 0 && cells.every((cell) => /^:?-+:?$/u.test(cell.text === "" ? "-" : cell.text));
}

/**
 * Any text as one cell: on one line, pipes escaped, and `<` too where it would begin a tag. Backslashes in front of an
 * escaped character are doubled, so that decoding gives the text back.
 */
function encodeCell(text: string): string {
  const line = toOneLine(text);
  return line === "" ? "-" : escapeText(line, /(?<run>\\*)(?<mark>[|<])/gu);
}

/** The same for text outside a table, where a pipe means nothing. */
export function encodeInline(text: string): string {
  return escapeText(toOneLine(text), /(?<run>\\*)(?<mark><)/gu);
}

function escapeText(line: string, marks: RegExp): string {
  return line.replaceAll(marks, (whole: string, run: string, mark: string, at: number) => {
    const beginsTag = /^[A-Za-z/!?]/u.test(line.slice(at + whole.length, at + whole.length + 1));
    const isPlain = mark === "<" && run === "" && (!beginsTag || isInCode(line, at));
    return isPlain ? mark : `${run}${run}\\${mark}`;
  });
}

/** Inside a code span a backslash would show. */
function isInCode(line: string, at: number): boolean {
  const before = line.slice(0, at).split("`").length - 1;
  return before % 2 === 1 && line.includes("`", at);
}

/** `-` says nothing. */
function decodeCell(raw: string): string {
  const line = toOneLine(decodeInline(raw));
  return line === "-" ? "" : line;
}

export function decodeInline(raw: string): string {
  return raw.replaceAll(
    /(?<run>\\+)(?<mark>[|<])/gu,
    (_, run: string, mark: string) => run.slice(0, run.length >> 1) + mark,
  );
}
