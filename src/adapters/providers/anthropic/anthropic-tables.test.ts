import { expect, test } from "vitest";
import type { BatchResult } from "../../../ports/batch-provider.ts";
import type { CallTrouble } from "../wire/call-trouble.ts";
import { message } from "./anthropic-server.fixture.ts";
import { parseAnthropicLine } from "./batch-line.ts";
import { classifyAnthropicAnswer } from "./classify-answer.ts";
import { parseMessageBatch, progressOf } from "./message-batch.ts";

const receivedAt = new Date("2026-01-01T00:00:00Z");

function kindOf(status: number, body: unknown): CallTrouble["kind"] {
  return classifyAnthropicAnswer({ status, body, headers: new Headers(), receivedAt }).kind;
}

function errorOf(type: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { type: "error", error: { type, message: "m", ...more }, request_id: "req_1" };
}

test.each([
  "enforced_spend_limit_reached",
  "contract_spend_limit_reached",
  "ramp_limit_exceeded",
  "linked_organization_spend_limit_reached",
])("%s is money and no limit on calls", (error_code) => {
  const trouble = classifyAnthropicAnswer({
    status: 429,
    body: errorOf("rate_limit_error", { details: { error_code } }),
    headers: new Headers({ "retry-after": "5" }),
    receivedAt,
  });

  expect(trouble).toEqual({ kind: "unpaid", message: `HTTP 429 ${error_code}: m` });
});

test("no credit comes as a wrong request, and only its words tell", () => {
  const words = "Your credit balance is too low to access the Anthropic API.";

  expect(kindOf(400, errorOf("invalid_request_error", { message: words }))).toBe("unpaid");
  expect(kindOf(400, errorOf("invalid_request_error"))).toBe("invalid");
});

test.each<[number, unknown, CallTrouble["kind"]]>([
  [400, errorOf("invalid_request_error"), "invalid"],
  [400, {}, "invalid"],
  [401, errorOf("authentication_error"), "unauthorized"],
  [402, errorOf("billing_error"), "unpaid"],
  [402, {}, "unpaid"],
  [403, errorOf("permission_error"), "unauthorized"],
  [404, errorOf("not_found_error"), "missing"],
  [404, { detail: "Not Found" }, "unsupported"],
  [405, "", "unsupported"],
  [409, {}, "open"],
  [413, errorOf("request_too_large"), "too_large"],
  [413, "<html>", "too_large"],
  [429, errorOf("rate_limit_error"), "rate"],
  [500, errorOf("api_error"), "open"],
  [502, "<html>", "open"],
  [503, "<html>", "overloaded"],
  [504, errorOf("timeout_error"), "open"],
  [529, errorOf("overloaded_error"), "overloaded"],
  [200, errorOf("overloaded_error"), "overloaded"],
  [200, {}, "open"],
  [302, "", "invalid"],
])("%i %j is %s", (status, body, kind) => {
  expect(kindOf(status, body)).toBe(kind);
});

function outcomeOf(result: unknown): BatchResult["outcome"] | undefined {
  return parseAnthropicLine({ custom_id: "aas_1", result })?.outcome;
}

test("what a cache gave and kept is counted among what was read", () => {
  expect(outcomeOf({ type: "succeeded", message: message("t") })).toEqual({
    kind: "answered",
    reply: {
      text: "t",
      finish: "stop",
      usage: { inputTokens: 150, cacheReadTokens: 30, cacheWriteTokens: 20, outputTokens: 50 },
      model: "claude-test",
    },
  });
});

test.each([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["refusal", "refusal"],
  ["pause_turn", "other"],
  ["tool_use", "other"],
  ["something_new", "other"],
  [null, "other"],
])("an answer that ended with %s is %s", (stop_reason, finish) => {
  const content = [{ type: "text", text: "t" }];

  expect(outcomeOf({ type: "succeeded", message: { type: "message", content, stop_reason } })).toEqual({
    kind: "answered",
    reply: { text: "t", finish, usage: null, model: null },
  });
});

test.each([
  [{ type: "errored", error: errorOf("invalid_request_error") }, "invalid_request"],
  [{ type: "errored", error: errorOf("request_too_large") }, "invalid_request"],
  [{ type: "errored", error: errorOf("not_found_error") }, "invalid_request"],
  [{ type: "errored", error: errorOf("overloaded_error") }, "transient"],
  [{ type: "errored", error: errorOf("api_error") }, "transient"],
  [{ type: "errored", error: errorOf("rate_limit_error") }, "transient"],
  [{ type: "errored", error: errorOf("billing_error") }, "transient"],
  [{ type: "errored", error: null }, "transient"],
  [{ type: "errored" }, "transient"],
  [{ type: "canceled" }, "canceled"],
  [{ type: "expired" }, "expired"],
  [{ type: "something_new" }, "transient"],
  [{ type: "succeeded", message: null }, "missing"],
  [{ type: "succeeded", message: { content: 7 } }, "missing"],
])("the result %j is %s", (result, failure) => {
  expect(outcomeOf(result)).toMatchObject({ kind: "failed", failure });
});

test.each([null, "", {}, { custom_id: "" }, { custom_id: "a" }, { custom_id: "a", result: {} }])(
  "%j is nobody's line",
  (line) => {
    expect(parseAnthropicLine(line)).toBeNull();
  },
);

const none = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };

test.each([
  [
    { processing_status: "in_progress", request_counts: { ...none, processing: 3 } },
    { kind: "pending", done: 0, total: 3 },
  ],
  [
    { processing_status: "canceling", request_counts: { ...none, processing: 3 } },
    { kind: "pending", done: 0, total: 3 },
  ],
  [{ processing_status: "something_new" }, { kind: "pending", done: 0, total: 0 }],
  [
    { processing_status: "ended", request_counts: { ...none, succeeded: 3 } },
    { kind: "pending", done: 3, total: 3 },
  ],
  [
    { processing_status: "ended", results_url: "u", request_counts: { ...none, succeeded: 3 } },
    { kind: "completed" },
  ],
  [
    { processing_status: "ended", results_url: "u", request_counts: { ...none, succeeded: 1, expired: 2 } },
    { kind: "expired" },
  ],
  [
    { processing_status: "ended", results_url: "u", request_counts: { ...none, canceled: 3 } },
    { kind: "canceled" },
  ],
  [
    { processing_status: "ended", results_url: null, archived_at: "2026-01-01T00:00:00Z" },
    { kind: "archived" },
  ],
])("the batch %j", (fields, expected) => {
  const batch = parseMessageBatch({ id: "msgbatch_1", ...fields });

  expect(batch && progressOf(batch)).toEqual(expected);
});
