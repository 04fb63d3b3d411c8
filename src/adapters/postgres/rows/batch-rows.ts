import { type Analysis, type ParsedAnalysis, unversionedReading } from "../../../domain/analysis.ts";
import {
  type Batch,
  type BatchHead,
  type BatchItem,
  type BatchState,
  batchStatuses,
} from "../../../domain/batch.ts";
import { batchTroubles } from "../../../domain/batching/batch-trouble.ts";
import type { BatchId, RunId, TaskKey } from "../../../domain/ids.ts";
import { outcomeStatuses, type RequestOutcome } from "../../../domain/batching/request-outcome.ts";
import { type Row, RowReader } from "./row-reader.ts";
import { type Columns, sql } from "../sql.ts";

/** Before answers were asked for with more room, nothing was said of it. */
type StoredItem = Omit<BatchItem, "roomFactor"> & Partial<BatchItem>;

export function toBatch(from: Row): Batch {
  const items = new RowReader("batches", from).list("items") as readonly StoredItem[];
  return { ...toBatchHead(from), items: items.map(toItem) };
}

export function toItemOfRow(from: Row): BatchItem {
  return toItem(new RowReader("batches", from, "position").object("item") as StoredItem);
}

function toItem(item: StoredItem): BatchItem {
  return { roomFactor: 1, ...item };
}

/** What makes a head of a batch. */
export const headColumns = sql`id, run_id, version, provider, host, status, upload_ref, provider_ref, since_at,
  failure_trouble, failure_reason, created_at`;

export function toBatchHead(from: Row): BatchHead {
  const row = new RowReader("batches", from);
  return {
    id: row.text("id") as BatchId,
    runId: row.text("run_id") as RunId,
    version: row.integer("version"),
    provider: row.text("provider"),
    host: row.textOrNull("host"),
    state: toBatchState(row),
    createdAt: row.time("created_at"),
  };
}

/** What a later version of a batch may say otherwise than an earlier one. */
export function changingColumnsOf(batch: BatchHead): Columns {
  const { state } = batch;
  return {
    provider: batch.provider,
    host: batch.host,
    status: state.status,
    upload_ref: "uploadRef" in state ? state.uploadRef : null,
    provider_ref: "providerRef" in state ? state.providerRef : null,
    since_at: "since" in state ? state.since : null,
    failure_trouble: state.status === "failed" ? state.trouble : null,
    failure_reason: state.status === "failed" ? state.reason : null,
  };
}

function toBatchState(row: RowReader): BatchState {
  const status = row.oneOf("status", batchStatuses);
  switch (status) {
    case "intended":
    case "uploading":
    case "canceled":
      return { status };
    case "submitting":
    case "reconciling":
      return { status, uploadRef: row.textOrNull("upload_ref"), since: row.time("since_at") };
    case "submitted":
      return { status, providerRef: row.text("provider_ref"), since: row.time("since_at") };
    case "completed":
    case "expired":
      return { status, providerRef: row.text("provider_ref") };
    case "failed":
      return {
        status,
        trouble: row.oneOf("failure_trouble", batchTroubles),
        reason: row.text("failure_reason"),
        since: row.time("since_at"),
      };
  }
}

export function toAnalysis(from: Row): Analysis {
  const row = new RowReader("analyses", from, "custom_id");
  return {
    runId: row.text("run_id") as RunId,
    taskKey: row.text("task_key") as TaskKey,
    customId: row.text("custom_id"),
    raw: row.text("raw"),
    parsed: toParsedAnalysis(row.objectOrNull("parsed") as StoredAnalysis | null),
    createdAt: row.time("created_at"),
  };
}

export function fromOutcome(outcome: RequestOutcome): Readonly<Record<string, string | Date | null>> {
  return {
    run_id: outcome.runId,
    custom_id: outcome.customId,
    task_key: outcome.taskKey,
    batch_id: outcome.batchId,
    status: outcome.status,
    message: outcome.message,
    created_at: outcome.createdAt,
  };
}

export function toOutcome(from: Row): RequestOutcome {
  const row = new RowReader("request_outcomes", from, "custom_id");
  return {
    runId: row.text("run_id") as RunId,
    customId: row.text("custom_id"),
    taskKey: row.text("task_key") as TaskKey,
    batchId: row.textOrNull("batch_id") as BatchId | null,
    status: row.oneOf("status", outcomeStatuses),
    message: row.text("message"),
    createdAt: row.time("created_at"),
  };
}

type StoredAnalysis = Omit<ParsedAnalysis, "priority" | "reading"> & Partial<ParsedAnalysis>;

/** Rows from before readings had versions hold neither a priority nor how they were read. */
function toParsedAnalysis(stored: StoredAnalysis | null): ParsedAnalysis | null {
  return stored === null ? null : { priority: null, reading: unversionedReading, ...stored };
}
