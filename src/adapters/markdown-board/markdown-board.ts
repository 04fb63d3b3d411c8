import { AasError } from "../../domain/errors.ts";
import type { Board, BoardExport, BoardImport, BoardRow } from "../../ports/board.ts";
import { applyRows } from "./apply-rows.ts";
import type { RowText } from "./row-text.ts";
import { readArchivedKeys } from "./archive.ts";
import { decodeBoard, readBoardFile, writeBoardFile } from "./board-file.ts";
import { type BoardDocument, parseBoard, renderBoard } from "./board-document.ts";
import { parseMemory, renderMemory, type RowMemory } from "./board-memory.ts";
import { findBoardProblems } from "./board-problems.ts";
import { isSameText, standingTexts } from "./board-texts.ts";
import { findPeoplesWork } from "./find-peoples-work.ts";
import { mergeRows, type RowMerge } from "./merge-rows.ts";

export interface MarkdownBoardOptions {
  /** ACTIVE_TASKS.md; finished tasks may stand in COMPLETED_TASKS.md beside it, which is only read. */
  readonly file: string;
  /** What was kept of the last export; null before the first. */
  readonly readLast: () => Promise<string | null>;
  readonly writeLast: (text: string) => Promise<void>;
}

export function makeMarkdownBoard(options: MarkdownBoardOptions): Board {
  return {
    export: (rows) => exportRows(options, rows),
    import: (rows) => importRows(options, rows),
  };
}

const maxRaces = 50;

async function exportRows(options: MarkdownBoardOptions, rows: readonly BoardRow[]): Promise<BoardExport> {
  for (let race = 0; race < maxRaces; race += 1) {
    const exported = await tryExport(options, rows);
    if (exported !== null) return exported;
  }
  throw new AasError(
    "conflict",
    `${options.file} was changed by somebody ${maxRaces} times while we wrote.`,
    {
      cure: "Close what keeps writing it, then repeat.",
      retryable: true,
    },
  );
}

/** Null when somebody wrote in between. The file is read before the memory: what stands was remembered before it stood. */
async function tryExport(
  options: MarkdownBoardOptions,
  rows: readonly BoardRow[],
): Promise<BoardExport | null> {
  const before = await readBoardFile(options.file);
  const last = await options.readLast();
  const document = parseBoard(before === null ? "" : decodeBoard(before, options.file));
  if (document.table.kind === "unusable") return { changed: false, conflicts: findBoardProblems(document) };
  const merged = mergeRows(document, rows, parseMemory(last));
  const text = renderMerged(document, merged);
  const isChanged = text !== renderBoard(document);
  const written = collectMemory(merged, "memory");
  if (isChanged) {
    const underway = { written: collectMemory(merged, "base"), underway: written };
    const remember = (): Promise<void> => options.writeLast(renderMemory(underway));
    if (!(await writeBoardFile(options.file, { before, text, remember }))) return null;
  }
  await confirm(options, {
    last: isChanged ? null : last,
    stands: isChanged ? Buffer.from(text) : before,
    written,
  });
  return { changed: isChanged, conflicts: merged.flatMap((each) => each.problems) };
}

interface Confirmation {
  readonly last: string | null;
  readonly stands: Buffer | null;
  readonly written: RowMemory;
}

/** Nothing is underway any more. Somebody who wrote in between has remembered more, and is left alone. */
async function confirm(
  options: MarkdownBoardOptions,
  { last, stands, written }: Confirmation,
): Promise<void> {
  const memory = renderMemory({ written, underway: {} });
  if (memory === last || stands === null) return;
  const remember = (): Promise<void> => options.writeLast(memory);
  await writeBoardFile(options.file, { before: stands, text: null, remember });
}

function collectMemory(merged: readonly RowMerge[], kind: "memory" | "base"): RowMemory {
  return Object.fromEntries(
    merged.flatMap((each) => {
      const kept = each[kind];
      return kept === null ? [] : [[each.row.key, kept]];
    }),
  );
}

function renderMerged(document: BoardDocument, merged: readonly RowMerge[]): string {
  const targets = merged.flatMap(({ target }) => (target === null ? [] : [target]));
  const text = renderBoard(applyRows(document, targets));
  if (text !== renderBoard(document)) assertHolds(text, targets);
  return text;
}

/** Read back before it is written: a board that we could not read again would grow with every export. */
function assertHolds(text: string, targets: readonly RowText[]): void {
  const document = parseBoard(text);
  const lost = targets.find((target) => {
    const row = document.rows.get(target.key);
    const says = row === undefined ? null : standingTexts(document, row);
    return says === null || !isSameText("title", says.title ?? "", target.texts.title ?? "");
  });
  if (lost === undefined && renderBoard(applyRows(document, targets)) === text) return;
  const which = lost === undefined ? "Its rows" : lost.key;
  throw new AasError("internal", `${which} could not be read back from the board as it would be written.`, {
    cure: "Look for a code block or a comment on the board that is not closed.",
  });
}

async function importRows(
  options: MarkdownBoardOptions,
  rows: readonly BoardRow[],
): Promise<BoardImport | null> {
  const bytes = await readBoardFile(options.file);
  if (bytes === null) return null;
  const memory = parseMemory(await options.readLast());
  const document = parseBoard(decodeBoard(bytes, options.file));
  const archivedKeys = await readArchivedKeys(options.file);
  return findPeoplesWork({ document, rows, merged: mergeRows(document, rows, memory), archivedKeys });
}
