import type { Batch } from "../../domain/batch.ts";
import type { BatchId, RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { AnalysisChoice } from "../../pipeline/control/submit-analyses.ts";
import type { AskedItem, BatchSummary } from "../../pipeline/queries/batch-summary.ts";

/** A batch as `--json` prints it. */
export function toBatchDocument(summary: BatchSummary): Readonly<Record<string, unknown>> {
  const { batch, items, spending } = summary;
  const { state } = batch;
  return {
    id: batch.id,
    runId: batch.runId,
    provider: batch.provider,
    providerRef: providerRefOf(batch),
    status: state.status,
    trouble: state.status === "failed" ? state.trouble : null,
    reason: state.status === "failed" ? state.reason : null,
    isDelayed: summary.isDelayed,
    lookEveryMs: summary.lookEveryMs,
    outcomes: countOutcomes(items),
    items: items.map(({ taskKey, customId, status, message }) => ({ taskKey, customId, status, message })),
    settledMicroUsd: spending.settledMicroUsd,
    reservedMicroUsd: spending.reservedMicroUsd,
    createdAt: batch.createdAt,
    submittedAt: state.status === "submitted" ? state.since : null,
  };
}

/** What its provider calls it; null before it is known there, and where it was never taken. */
export function providerRefOf({ state }: Batch): string | null {
  return "providerRef" in state ? state.providerRef : null;
}

/** How many items fared how. */
export function countOutcomes(items: readonly AskedItem[]): Readonly<Record<string, number>> {
  const statuses = [...new Set(items.map(({ status }) => status))].toSorted();
  return Object.fromEntries(
    statuses.map((status) => [status, items.filter((item) => item.status === status).length]),
  );
}

export function toResultsDocument(
  runId: RunId,
  batchId: BatchId | null,
  items: readonly AskedItem[],
): object {
  return {
    runId,
    batchId,
    items: items.map(({ analysis, ...item }) => ({
      ...item,
      analysis: analysis?.parsed ?? null,
      raw: analysis?.raw ?? null,
    })),
  };
}

/** What was sent, or would be: then there is no run. */
export function toSubmissionDocument({ tasks, unproven }: AnalysisChoice, run: Run | null): object {
  return {
    runId: run?.id ?? null,
    goal: run?.goal ?? null,
    tasks: tasks.map((task) => task.key),
    leftOut: unproven.map((task) => task.key),
    holdsAfterwards: run?.policy.holdAfterWait ?? null,
  };
}
