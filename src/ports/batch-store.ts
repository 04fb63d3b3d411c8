import type { Analysis } from "../domain/analysis.ts";
import type { Batch, BatchHead, BatchItem } from "../domain/batch.ts";
import type { BatchId, ProjectId, RunId, TaskKey } from "../domain/ids.ts";
import type { RequestOutcome } from "../domain/batching/request-outcome.ts";
import type { EffectTable } from "./effects.ts";

export interface BatchStore {
  insert(batch: Batch): Promise<void>;
  /** What a batch holds stays as it was inserted. */
  replace(batch: BatchHead): Promise<boolean>;
  find(id: BatchId): Promise<Batch | null>;
  findHead(id: BatchId): Promise<BatchHead | null>;
  /** A part of what a batch holds, in the order in which it was inserted. */
  listItems(id: BatchId, part: ItemRange): Promise<readonly BatchItem[]>;
  /** Whether a batch of a run holds one of these requests: each is sent in one batch at most. */
  holdsAny(runId: RunId, customIds: readonly string[]): Promise<boolean>;
  /** What a provider calls the batches that a project knows of, of all its runs. */
  listProviderRefs(projectId: ProjectId, provider: string): Promise<readonly string[]>;
  /** Oldest first. */
  listOfRun(runId: RunId): Promise<readonly Batch[]>;
  /** Oldest first. */
  listHeadsOfRun(runId: RunId): Promise<readonly BatchHead[]>;
  /** Newest first. */
  list(projectId: ProjectId, limit: number): Promise<readonly Batch[]>;
  /** Those that have come to their end, of all runs. */
  listSettled(projectId: ProjectId): Promise<readonly BatchId[]>;
  /** Of runs that were canceled or failed: no run waits for them, and they may still cost money. Oldest first. */
  listUnsettledOfEnded(projectId: ProjectId): Promise<readonly BatchHead[]>;
  /** The first answer to a request stays: writing it again changes nothing. */
  insertAnalyses(analyses: readonly Analysis[]): Promise<void>;
  listAnalyses(runId: RunId): Promise<readonly Analysis[]>;
  /** Oldest first: a task that was asked about again has several. */
  listAnalysesOfTask(runId: RunId, taskKey: TaskKey): Promise<readonly Analysis[]>;
  findAnalysis(runId: RunId, taskKey: TaskKey): Promise<Analysis | null>;
  /** The first outcome of a request stays, except that an answer replaces what was no answer. */
  insertOutcomes(outcomes: readonly RequestOutcome[]): Promise<void>;
  /** Oldest first. */
  listOutcomes(runId: RunId): Promise<readonly RequestOutcome[]>;
  /** Those that there are of these requests, in any order. */
  listOutcomesOf(runId: RunId, customIds: readonly string[]): Promise<readonly RequestOutcome[]>;
  /** Those that there are of these requests, in any order. */
  listAnalysesOf(runId: RunId, customIds: readonly string[]): Promise<readonly Analysis[]>;
}

export interface ItemRange {
  readonly skip: number;
  readonly limit: number;
}

export const batchStoreEffects = {
  insert: "effect",
  replace: "effect",
  insertAnalyses: "effect",
  insertOutcomes: "effect",
  find: "read",
  findHead: "read",
  listItems: "read",
  holdsAny: "read",
  listOfRun: "read",
  listHeadsOfRun: "read",
  list: "read",
  listSettled: "read",
  listUnsettledOfEnded: "read",
  listProviderRefs: "read",
  listAnalyses: "read",
  listAnalysesOfTask: "read",
  findAnalysis: "read",
  listOutcomes: "read",
  listOutcomesOf: "read",
  listAnalysesOf: "read",
} as const satisfies EffectTable<BatchStore>;
