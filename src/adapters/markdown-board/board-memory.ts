import { createHash } from "node:crypto";
import { z } from "zod";
import { type BoardField, boardFields, type BoardTexts, canonicalText } from "./board-texts.ts";

const rowMemory = z.record(z.string(), z.record(z.string(), z.string()));
const boardMemory = z.object({ written: rowMemory, underway: rowMemory.default({}) });

/** By key and field, what we wrote: the common ancestor of the board and the database. */
export type RowMemory = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface BoardMemory {
  readonly written: RowMemory;
  /** What we were about to write: on the board already when we died in between. */
  readonly underway: RowMemory;
}

/** Nothing is remembered when nothing readable was kept: then the database is believed and no edit is read into it. */
export function parseMemory(text: string | null): BoardMemory {
  const empty = { written: {}, underway: {} };
  if (text === null) return empty;
  try {
    return boardMemory.safeParse(JSON.parse(text)).data ?? empty;
  } catch {
    return empty;
  }
}

export function renderMemory(memory: BoardMemory): string {
  return JSON.stringify(memory);
}

export function rememberTexts(texts: BoardTexts): Readonly<Record<string, string>> {
  const kept = boardFields.flatMap((field) => {
    const text = texts[field];
    return text === undefined ? [] : [[field, fingerprint(field, text)] as const];
  });
  return Object.fromEntries(kept);
}

const longestKept = 40;

/** Only sameness counts, so that long texts are kept as a digest. */
function fingerprint(field: BoardField, text: string): string {
  const canonical = canonicalText(field, text);
  if (canonical.length <= longestKept) return canonical;
  return `sha256:${createHash("sha256").update(canonical).digest("hex").slice(0, 32)}`;
}

/** Whether a text is what we wrote, or were about to. */
export function isOurs(memory: BoardMemory, key: string, field: BoardField, text: string): boolean {
  const print = fingerprint(field, text);
  return memory.written[key]?.[field] === print || memory.underway[key]?.[field] === print;
}

export function isRemembered(memory: BoardMemory, key: string): boolean {
  return memory.written[key] !== undefined || memory.underway[key] !== undefined;
}

/** What we wrote last, as far as it can be known: what was underway, unless the board still shows what stood before. */
export function commonAncestor(
  memory: BoardMemory,
  key: string,
  standing: BoardTexts,
): Readonly<Record<string, string>> {
  const [written, underway] = [memory.written[key] ?? {}, memory.underway[key] ?? {}];
  const still = boardFields.flatMap((field) => {
    const before = written[field];
    const said = standing[field];
    const isStill = before !== undefined && said !== undefined && fingerprint(field, said) === before;
    return isStill ? [[field, before] as const] : [];
  });
  return { ...written, ...underway, ...Object.fromEntries(still) };
}
