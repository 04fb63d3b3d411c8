import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toTaskKey } from "../../domain/ids.ts";
import type { Board, BoardRow } from "../../ports/board.ts";
import { temporaryFolder } from "../../testing/git-fixtures.ts";
import { makeMarkdownBoard } from "./markdown-board.ts";

/** A board in a folder of its own, with what it remembers, and a person's hands on it. */
export interface BoardFolder extends Disposable {
  readonly path: string;
  readonly file: string;
  readonly board: Board;
  readonly memory: { last: string | null };
  text(): string;
  edit(from: string, to: string): void;
  /** Another process over the same file and memory. */
  openWith(writeLast: (text: string) => Promise<void>): Board;
}

export function openBoardFolder(): BoardFolder {
  const folder = temporaryFolder();
  const file = join(folder.path, "ACTIVE_TASKS.md");
  const memory: { last: string | null } = { last: null };
  const text = (): string => readFileSync(file, "utf8");
  const openWith = (writeLast: (kept: string) => Promise<void>): Board =>
    makeMarkdownBoard({ file, readLast: async () => memory.last, writeLast });
  return {
    path: folder.path,
    file,
    memory,
    text,
    openWith,
    board: openWith(async (kept) => {
      memory.last = kept;
    }),
    edit: (from, to) => {
      if (!text().includes(from)) throw new Error(`The board does not say ${from}.`);
      writeFileSync(file, text().replace(from, to));
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

export function boardRow(overrides: Partial<BoardRow> = {}): BoardRow {
  return {
    key: toTaskKey("AAS-1"),
    priority: "high",
    title: "Store due dates",
    dependsOn: [],
    status: "Queued",
    assignee: null,
    created: "2026-01-01",
    updated: "2026-01-01",
    description: "A todo has a date.",
    type: "feature",
    acceptance: ["`npm test`"],
    note: null,
    isEditable: true,
    ...overrides,
  };
}
