import type { TaskKey } from "../domain/ids.ts";
import type { Priority } from "../domain/priority.ts";
import type { BoardStatus } from "../domain/task.ts";
import type { EffectTable } from "./effects.ts";

/** The task board as people read and edit it. The database is the truth; the board is written from it and read into it. */
export interface Board {
  /** Writes our rows, keeps every byte that is not ours, and says what people wrote that could not stay. */
  export(rows: readonly BoardRow[]): Promise<BoardExport>;
  /** What people wrote that the database, which says `rows`, does not know yet; null when there is no board. */
  import(rows: readonly BoardRow[]): Promise<BoardImport | null>;
}

/** One task as the database knows it. Dates are days, `2026-01-02`. */
export interface BoardRow {
  readonly key: TaskKey;
  readonly priority: Priority;
  readonly title: string;
  readonly dependsOn: readonly TaskKey[];
  readonly status: BoardStatus;
  readonly assignee: string | null;
  readonly created: string;
  readonly updated: string;
  readonly description: string;
  readonly type: string;
  readonly acceptance: readonly string[];
  /** A line under the task: commit, branch, why it needs review. */
  readonly note: string | null;
  /** Whether nobody works on it yet, so that what people change in it can still count. */
  readonly isEditable: boolean;
}

export interface BoardExport {
  readonly changed: boolean;
  readonly conflicts: readonly BoardProblem[];
}

export interface BoardImport {
  /** Rows with keys that the database does not know. */
  readonly newRows: readonly FoundRow[];
  readonly edits: readonly BoardEdit[];
  /** Every key that stands anywhere on the board or in its archive: their numbers are taken. */
  readonly keys: readonly string[];
  /** Keys that the archive holds, or that the board calls done without our knowing them: nobody waits for these. */
  readonly settledKeys: readonly string[];
  readonly problems: readonly BoardProblem[];
}

/** A row as a person left it: text that nobody has checked. Words that we know are spelled our way. */
export interface FoundRow {
  readonly key: string;
  readonly line: number;
  readonly priority: string;
  readonly title: string;
  readonly dependsOn: readonly string[];
  readonly status: string;
  readonly assignee: string | null;
  readonly created: string;
  readonly updated: string;
  readonly description: string;
  readonly type: string;
  readonly acceptance: readonly string[];
}

/** What a person changed in a row of ours while the database did not. */
export interface BoardEdit {
  readonly fields: readonly EditableField[];
  readonly row: FoundRow;
}

export const editableFields = [
  "title",
  "priority",
  "dependsOn",
  "assignee",
  "description",
  "acceptance",
] as const;

export type EditableField = (typeof editableFields)[number];

export interface BoardProblem {
  /** Counted from 1; null when it is about the whole board. */
  readonly line: number | null;
  readonly message: string;
  readonly cure: string;
}

export const boardEffects = {
  export: "effect",
  import: "read",
} as const satisfies EffectTable<Board>;
