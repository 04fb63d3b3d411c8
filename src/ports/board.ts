/** The task board as people read and edit it. The database is the truth; the board is written from it and read into it. */
export interface Board {
  /** Writes our rows, keeps every byte that is not ours, and reports edits of people that contradict the truth. */
  export(rows: readonly BoardRow[]): Promise<BoardExport>;
  /** What stands on the board now; null when there is none. */
  import(): Promise<BoardImport | null>;
}

export interface BoardRow {
  readonly key: string;
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
  /** A line under the task: commit, branch, why it needs review. */
  readonly note: string | null;
}

export interface BoardExport {
  readonly changed: boolean;
  readonly conflicts: readonly string[];
}

export interface BoardImport {
  readonly rows: readonly BoardRow[];
  readonly problems: readonly string[];
}

export const boardEffects = { effects: ["export"], reads: ["import"] } as const;
