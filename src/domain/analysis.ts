import type { RunId, TaskKey } from "./ids.ts";

export type Complexity = "low" | "medium" | "high";

/** What a batch answer says about one task. The raw text is kept for ever; reading it again is a pure function. */
export interface Analysis {
  readonly runId: RunId;
  readonly taskKey: TaskKey;
  readonly customId: string;
  readonly raw: string;
  readonly parsed: ParsedAnalysis | null;
  readonly createdAt: Date;
}

export interface ParsedAnalysis {
  readonly complexity: Complexity | null;
  readonly blockers: readonly string[];
  readonly firstStep: string | null;
  readonly steps: readonly string[];
}
