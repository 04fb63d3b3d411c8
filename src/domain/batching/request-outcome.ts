import type { Finish } from "../finish.ts";
import { itemFailures } from "./batch-trouble.ts";
import type { BatchId, RunId, TaskKey } from "../ids.ts";

/** What came of asking once, in a batch or alone. */
export interface RequestOutcome {
  readonly runId: RunId;
  readonly customId: string;
  readonly taskKey: TaskKey;
  /** Null: it was asked alone. */
  readonly batchId: BatchId | null;
  readonly status: OutcomeStatus;
  readonly message: string;
  readonly createdAt: Date;
}

export const outcomeStatuses = [
  "ok",
  /** The answer ended at the limit of its length: it is asked for with more room, never repaired. */
  "truncated",
  /** The model did not want to. */
  "refused",
  /** A whole answer in which nothing of what was asked could be read. */
  "unreadable",
  ...itemFailures,
  /** The batch was never worked on. */
  "not_run",
] as const;
export type OutcomeStatus = (typeof outcomeStatuses)[number];

export function statusOfAnswer(finish: Finish, isReadable: boolean): OutcomeStatus {
  switch (finish) {
    case "length":
      return "truncated";
    case "refusal":
      return "refused";
    case "filter":
      return "filtered";
    case "stop":
    case "other":
      return isReadable ? "ok" : "unreadable";
  }
}
