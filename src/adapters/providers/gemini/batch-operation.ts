import { z } from "zod";
import type { BatchTrouble } from "../../../domain/batching/batch-trouble.ts";
import type { BatchProgress } from "../../../ports/batch-provider.ts";
import {
  anything,
  boolean,
  dateOrNull,
  listOf,
  numberOrZero,
  objectOrNull,
  textOrNull,
} from "../wire/tolerant.ts";
import { isAboutMoney, parseRpcError, renderRpcError, type RpcError } from "./rpc-error.ts";

const output = objectOrNull(
  z.object({
    responsesFile: textOrNull,
    inlinedResponses: objectOrNull(z.object({ inlinedResponses: z.array(anything).catch([]) })),
  }),
);

const stats = objectOrNull(
  z.object({
    requestCount: numberOrZero,
    successfulRequestCount: numberOrZero,
    failedRequestCount: numberOrZero,
  }),
);

const metadata = z.object({
  state: textOrNull.transform((state) => state?.replace(/^(?:BATCH|JOB)_STATE_/u, "") ?? ""),
  displayName: textOrNull,
  endTime: dateOrNull,
  updateTime: dateOrNull,
  batchStats: stats,
  output,
});

const operation = z.object({
  name: z.string().min(1),
  done: boolean,
  metadata: metadata.nullish().transform((each) => each ?? metadata.parse({})),
  response: output,
  error: anything,
});

/** A batch: a long-running operation that says of itself how far it is. */
export interface BatchOperation {
  readonly id: string;
  readonly displayName: string | null;
  readonly endedAt: Date | null;
  /** `SUCCEEDED`: without the prefix, of which there are two. */
  readonly state: string;
  readonly isDone: boolean;
  readonly error: RpcError | null;
  readonly done: number;
  readonly total: number;
  readonly results: BatchOutput;
}

export type BatchOutput =
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "inline"; readonly lines: readonly unknown[] }
  | { readonly kind: "none" };

const batchOperation = operation.transform(
  ({ name, done, metadata: meta, response, error }): BatchOperation => ({
    id: name,
    displayName: meta.displayName,
    endedAt: meta.endTime ?? meta.updateTime,
    state: meta.state,
    isDone: done,
    error: error === null || error === undefined ? null : parseRpcError(error),
    ...count(meta.batchStats),
    results: [response, meta.output].map(outputOf).find(({ kind }) => kind !== "none") ?? { kind: "none" },
  }),
);

const operationList = z.object({ operations: listOf(batchOperation), nextPageToken: textOrNull });

/** Null: it is no batch. */
export function parseBatchOperation(body: unknown): BatchOperation | null {
  return batchOperation.safeParse(body).data ?? null;
}

/** Null: it is no list. An empty one has no fields at all. */
export function parseOperationList(body: unknown): z.infer<typeof operationList> | null {
  return operationList.safeParse(body).data ?? null;
}

function count(each: z.infer<typeof stats>): { readonly done: number; readonly total: number } {
  if (each === null) return { done: 0, total: 0 };
  return { done: each.successfulRequestCount + each.failedRequestCount, total: each.requestCount };
}

function outputOf(out: z.infer<typeof output>): BatchOutput {
  if (out?.inlinedResponses) return { kind: "inline", lines: out.inlinedResponses.inlinedResponses };
  return typeof out?.responsesFile === "string"
    ? { kind: "file", name: out.responsesFile }
    : { kind: "none" };
}

/** A state that is not known here is one that has not ended, unless the operation says that it has. */
export function progressOf({ state, isDone, error, done, total, results }: BatchOperation): BatchProgress {
  switch (state) {
    case "SUCCEEDED":
    case "PARTIALLY_SUCCEEDED":
      return { kind: "completed" };
    case "EXPIRED":
      return { kind: "expired" };
    case "CANCELLED":
      return { kind: "canceled" };
    case "FAILED":
      return failedFor(error);
    default:
      if (isDone && error !== null) return failedFor(error);
      return isDone && results.kind !== "none" ? { kind: "completed" } : { kind: "pending", done, total };
  }
}

function failedFor(error: RpcError | null): BatchProgress {
  const said = error === null ? "" : renderRpcError(error);
  const message = said === "" ? "The provider did not say why the batch failed." : said;
  return { kind: "failed", trouble: troubleOf(error), message };
}

const troubleOfStatus: Readonly<Record<string, BatchTrouble>> = {
  INVALID_ARGUMENT: "invalid",
  FAILED_PRECONDITION: "invalid",
  OUT_OF_RANGE: "invalid",
  NOT_FOUND: "invalid",
  PERMISSION_DENIED: "invalid",
  UNAUTHENTICATED: "invalid",
  UNIMPLEMENTED: "no_batches",
  RESOURCE_EXHAUSTED: "busy",
};

function troubleOf(error: RpcError | null): BatchTrouble {
  if (error !== null && isAboutMoney(error)) return "unpaid";
  return troubleOfStatus[error?.status ?? ""] ?? "unexplained";
}
