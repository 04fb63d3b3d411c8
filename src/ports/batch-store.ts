import type { Analysis } from "../domain/analysis.ts";
import type { Batch } from "../domain/batch.ts";
import type { BatchId, RunId, TaskKey } from "../domain/ids.ts";
import type { EffectTable } from "./effects.ts";

export interface BatchStore {
  insert(batch: Batch): Promise<void>;
  replace(batch: Batch): Promise<boolean>;
  find(id: BatchId): Promise<Batch | null>;
  /** Oldest first. */
  listOfRun(runId: RunId): Promise<readonly Batch[]>;
  /** The first answer to a request stays: writing it again changes nothing. */
  insertAnalysis(analysis: Analysis): Promise<void>;
  listAnalyses(runId: RunId): Promise<readonly Analysis[]>;
  findAnalysis(runId: RunId, taskKey: TaskKey): Promise<Analysis | null>;
}

export const batchStoreEffects = {
  insert: "effect",
  replace: "effect",
  insertAnalysis: "effect",
  find: "read",
  listOfRun: "read",
  listAnalyses: "read",
  findAnalysis: "read",
} as const satisfies EffectTable<BatchStore>;
