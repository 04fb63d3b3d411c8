import type { CheckDefinition } from "../check.ts";

/** The settings that decide how a run behaves, taken from the base branch's configuration when the run is created. */
export interface RunPolicy {
  /** Land without asking when every gate passes. */
  readonly mergeAuto: boolean;
  readonly requireApproval: boolean;
  readonly delivery: "run" | "task";
  /** Letters before the number of a task's key: `AAS`. */
  readonly taskPrefix: string;
  readonly maxAttempts: number;
  readonly parallelTasks: number;
  readonly runTimeoutMs: number;
  readonly budgetLimitMicroUsd: number;
  readonly budgetWarnMicroUsd: number | null;
  /** Most that a run may read and write, in tokens. */
  readonly budgetPerRunTokens: number | null;
  /** Most that all runs of a project may spend on one day. */
  readonly budgetPerDayMicroUsd: number | null;
  readonly budgetWarnPerDayMicroUsd: number | null;
  /** Most that all runs of a project may ever spend. */
  readonly budgetPerProjectMicroUsd: number | null;
  readonly budgetWarnPerProjectMicroUsd: number | null;
  /** Ask about each task before it is built. */
  readonly analysisEnabled: boolean;
  readonly batchEnabled: boolean;
  readonly batchChunkSize: number;
  readonly batchPollMs: number;
  readonly batchLimitMs: number;
  /** Stop when the analyses are back, until a person wants them built. */
  readonly holdAfterWait: boolean;
  readonly minScore: number;
  readonly requireTests: boolean;
  readonly requireTypeChecks: boolean;
  /** Start although checks fail on the base branch. */
  readonly allowRedBase: boolean;
  readonly maxChangedFiles: number;
  readonly maxFileBytes: number;
  readonly protectedPaths: readonly string[];
  readonly checks: readonly CheckDefinition[];
  readonly notifyOnCompletion: boolean;
  readonly notifyOnFailure: boolean;
  readonly updateCheckout: boolean;
}
