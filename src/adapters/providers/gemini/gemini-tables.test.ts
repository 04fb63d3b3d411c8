import { expect, test } from "vitest";
import type { BatchProgress, BatchResult } from "../../../ports/batch-provider.ts";
import type { CallTrouble } from "../wire/call-trouble.ts";
import { parseGeminiLine } from "./batch-line.ts";
import { parseBatchOperation, parseOperationList, progressOf } from "./batch-operation.ts";
import { classifyGeminiAnswer } from "./classify-answer.ts";
import { content } from "./gemini-server.fixture.ts";
import { toGeminiSchema } from "./to-gemini-schema.ts";

const receivedAt = new Date("2026-01-01T00:00:00Z");

function classify(status: number, body: unknown): CallTrouble {
  return classifyGeminiAnswer({ status, body, headers: new Headers(), receivedAt });
}

function errorOf(status: string | null, details: readonly unknown[] = []): unknown {
  return { error: { message: "m", status, details } };
}

test.each<[number, unknown, CallTrouble["kind"]]>([
  [400, errorOf("INVALID_ARGUMENT"), "invalid"],
  [400, errorOf("FAILED_PRECONDITION"), "invalid"],
  [400, errorOf("INVALID_ARGUMENT", [{ reason: "API_KEY_INVALID" }]), "unauthorized"],
  [400, [errorOf("INVALID_ARGUMENT")], "invalid"],
  [400, "", "invalid"],
  [401, errorOf("UNAUTHENTICATED"), "unauthorized"],
  [402, "", "unpaid"],
  [403, errorOf("PERMISSION_DENIED"), "unauthorized"],
  [403, errorOf("PERMISSION_DENIED", [{ reason: "BILLING_DISABLED" }]), "unpaid"],
  [429, errorOf("RESOURCE_EXHAUSTED", [{ reason: "SPEND_CAP_EXCEEDED" }]), "unpaid"],
  [404, errorOf("NOT_FOUND"), "missing"],
  [404, "<html>", "unsupported"],
  [409, errorOf("ABORTED"), "open"],
  [413, "<html>", "too_large"],
  [429, errorOf("RESOURCE_EXHAUSTED"), "rate"],
  [429, "", "rate"],
  [500, errorOf("INTERNAL"), "open"],
  [501, errorOf("UNIMPLEMENTED"), "unsupported"],
  [502, "<html>", "open"],
  [503, errorOf("UNAVAILABLE"), "overloaded"],
  [504, errorOf("DEADLINE_EXCEEDED"), "open"],
  [200, {}, "open"],
])("%i %j is %s", (status, body, kind) => {
  expect(classify(status, body).kind).toBe(kind);
});

test("how long to wait stands among the details", () => {
  const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.5s" }];

  expect(classify(429, errorOf("RESOURCE_EXHAUSTED", details))).toEqual({
    kind: "rate",
    message: "HTTP 429 RESOURCE_EXHAUSTED: m",
    retryAfterMs: 34_500,
  });
});

function outcomeOf(fields: Readonly<Record<string, unknown>>): BatchResult["outcome"] | undefined {
  return parseGeminiLine({ metadata: { key: "aas_1" }, ...fields })?.outcome;
}

test("thoughts are paid for and are no part of the answer", () => {
  expect(outcomeOf({ response: content("t") })).toEqual({
    kind: "answered",
    reply: {
      text: "t",
      finish: "stop",
      usage: { inputTokens: 120, cacheReadTokens: 20, cacheWriteTokens: 0, outputTokens: 40 },
      model: "gemini-test",
    },
  });
});

test.each([
  ["STOP", "t", "stop"],
  ["STOP", "", "other"],
  ["MAX_TOKENS", "t", "length"],
  ["MAX_TOKENS", "", "length"],
  ["SAFETY", "", "filter"],
  ["RECITATION", "", "filter"],
  ["PROHIBITED_CONTENT", "", "filter"],
  ["MALFORMED_FUNCTION_CALL", "", "other"],
  ["SOMETHING_NEW", "t", "other"],
  [null, "t", "other"],
])("an answer that ended with %s and %j is %s", (finishReason, text, finish) => {
  const candidates = [{ content: { parts: [{ text }] }, finishReason }];

  expect(outcomeOf({ response: { candidates } })).toEqual({
    kind: "answered",
    reply: { text, finish, usage: null, model: null },
  });
});

test("a prompt that was blocked is filtered", () => {
  const response = {
    promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
    usageMetadata: { promptTokenCount: 9 },
  };

  expect(outcomeOf({ response })).toMatchObject({
    kind: "answered",
    reply: { text: "", finish: "filter", usage: { inputTokens: 9, outputTokens: 0 } },
  });
});

test.each([
  [{ code: 3, message: "m" }, "invalid_request"],
  [{ code: 400, message: "m" }, "invalid_request"],
  [{ status: "INVALID_ARGUMENT" }, "invalid_request"],
  [{ code: 5 }, "invalid_request"],
  [{ code: 1 }, "canceled"],
  [{ code: 4 }, "transient"],
  [{ code: 8 }, "transient"],
  [{ code: 13 }, "transient"],
  [{ code: 14 }, "transient"],
  [{ code: 503 }, "transient"],
  [{}, "transient"],
  [null, "transient"],
  ["oops", "transient"],
])("the error %j of a request is %s", (error, failure) => {
  expect(outcomeOf({ error })).toMatchObject({ kind: "failed", failure });
  expect(outcomeOf({ response: null, error })).toMatchObject({ kind: "failed", failure });
});

test.each([null, "", {}, { response: content("t") }, { metadata: {} }, { key: "" }])(
  "%j is nobody's line",
  (line) => {
    expect(parseGeminiLine(line)).toBeNull();
  },
);

test("a key may stand in the line itself", () => {
  expect(parseGeminiLine({ key: "aas_1", response: content("t") })?.customId).toBe("aas_1");
});

function progress(fields: Readonly<Record<string, unknown>>): BatchProgress | null {
  const batch = parseBatchOperation({ name: "batches/1", ...fields });
  return batch === null ? null : progressOf(batch);
}

const batchStats = { requestCount: "3", successfulRequestCount: "1", failedRequestCount: "1" };

test.each([
  ["BATCH_STATE_PENDING", { kind: "pending", done: 2, total: 3 }],
  ["BATCH_STATE_RUNNING", { kind: "pending", done: 2, total: 3 }],
  ["JOB_STATE_RUNNING", { kind: "pending", done: 2, total: 3 }],
  ["BATCH_STATE_SOMETHING_NEW", { kind: "pending", done: 2, total: 3 }],
  ["BATCH_STATE_SUCCEEDED", { kind: "completed" }],
  ["JOB_STATE_PARTIALLY_SUCCEEDED", { kind: "completed" }],
  ["BATCH_STATE_EXPIRED", { kind: "expired" }],
  ["BATCH_STATE_CANCELLED", { kind: "canceled" }],
])("the state %s", (state, expected) => {
  expect(progress({ metadata: { state, batchStats } })).toEqual(expected);
});

test.each([
  [{ code: 3 }, "invalid"],
  [{ code: 8 }, "busy"],
  [{ code: 13 }, "unexplained"],
  [{ code: 7, details: [{ reason: "BILLING_DISABLED" }] }, "unpaid"],
  [undefined, "unexplained"],
])("a batch that failed for %j is %s", (error, trouble) => {
  expect(progress({ metadata: { state: "BATCH_STATE_FAILED" }, done: true, error })).toMatchObject({
    kind: "failed",
    trouble,
  });
});

test("an operation that is done says so, even without a state", () => {
  expect(progress({})).toEqual({ kind: "pending", done: 0, total: 0 });
  expect(progress({ done: true, error: { code: 3, message: "m" } })).toMatchObject({
    kind: "failed",
    trouble: "invalid",
  });
  expect(progress({ done: true, response: { responsesFile: "files/1" } })).toEqual({ kind: "completed" });
});

test("an empty list has no fields", () => {
  expect(parseOperationList({})).toEqual({ operations: [], nextPageToken: null });
});

test("a schema is told in the words of Gemini", () => {
  const schema = {
    type: "object",
    additionalProperties: false,
    required: ["kind", "note", "files", "next"],
    properties: {
      kind: { const: "plan" },
      note: { type: ["string", "null"], description: "why" },
      files: { type: "array", items: { type: "string", enum: ["a", "b"] } },
      next: {
        anyOf: [
          { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
          { type: "null" },
        ],
      },
      either: { anyOf: [{ type: "string" }, { type: "number" }] },
    },
  };

  expect(toGeminiSchema(schema)).toEqual({
    type: "OBJECT",
    required: ["kind", "note", "files", "next"],
    propertyOrdering: ["kind", "note", "files", "next", "either"],
    properties: {
      kind: { type: "STRING", enum: ["plan"] },
      note: { type: "STRING", nullable: true, description: "why" },
      files: { type: "ARRAY", items: { type: "STRING", enum: ["a", "b"] } },
      next: {
        type: "OBJECT",
        nullable: true,
        properties: { n: { type: "INTEGER" } },
        propertyOrdering: ["n"],
        required: ["n"],
      },
      either: { anyOf: [{ type: "STRING" }, { type: "NUMBER" }] },
    },
  });
});
