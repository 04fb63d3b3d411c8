import { expect, test } from "vitest";
import type { CallTrouble } from "../wire/call-trouble.ts";
import { classifyOpenAiAnswer } from "./classify-answer.ts";

const receivedAt = new Date("2026-01-01T00:00:00Z");

function classify(status: number, body: unknown, headers: Record<string, string> = {}): CallTrouble {
  return classifyOpenAiAnswer({ status, body, headers: new Headers(headers), receivedAt });
}

const moneyCodes = [
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
];

test.each(moneyCodes.flatMap((code) => [400, 403, 429, 500].map((status) => ({ status, code }))))(
  "$code is money, also with $status",
  ({ status, code }) => {
    expect(classify(status, { error: { code, message: "m" } })).toEqual({
      kind: "unpaid",
      message: `HTTP ${status} ${code}: m`,
    });
    expect(classify(status, { error: { type: code, code: null } }).kind).toBe("unpaid");
  },
);

test.each<[number, unknown, CallTrouble["kind"]]>([
  [400, { error: { code: "invalid_value", param: "endpoint" } }, "invalid"],
  [400, { error: { code: "missing_required_parameter", param: "input_file_id" } }, "invalid"],
  [
    400,
    { error: { type: "invalid_request_error", param: "input_file_id", message: "Cannot find file" } },
    "missing",
  ],
  [400, { error: { code: "content_filter" } }, "filtered"],
  [
    400,
    { error: { code: "invalid_prompt", innererror: { code: "ResponsibleAIPolicyViolation" } } },
    "filtered",
  ],
  [400, { error: { code: "token_limit_exceeded" } }, "rate"],
  [400, { error: { code: "invalid_api_key" } }, "unauthorized"],
  [400, {}, "invalid"],
  [400, null, "invalid"],
  [400, { error: null, detail: [{ msg: "field required" }] }, "invalid"],
  [401, "", "unauthorized"],
  [402, "", "unpaid"],
  [403, { error: { message: "no" } }, "unauthorized"],
  [404, { error: { code: "model_not_found" } }, "missing"],
  [404, { error: { type: "invalid_request_error", message: "No such File object" } }, "missing"],
  [404, { error: { code: "404", message: "Resource not found" } }, "unsupported"],
  [404, { error: { code: 404, type: "NotFoundError", message: "Not Found" } }, "unsupported"],
  [404, { detail: "Not Found" }, "unsupported"],
  [404, "404 page not found", "unsupported"],
  [405, { detail: "Method Not Allowed" }, "unsupported"],
  [408, {}, "open"],
  [409, { error: { type: "invalid_request_error" } }, "open"],
  [413, "<html>", "too_large"],
  [400, { error: { code: "request_too_large" } }, "too_large"],
  [422, { detail: [{ msg: "m" }] }, "invalid"],
  [429, { error: { code: "rate_limit_exceeded", type: "tokens" } }, "rate"],
  [429, { error: { code: "resource_unavailable" } }, "rate"],
  [429, "", "rate"],
  [498, {}, "overloaded"],
  [500, { error: { type: "server_error" } }, "open"],
  [501, { error: { type: "not_implemented" } }, "unsupported"],
  [502, "<html>", "open"],
  [503, "<html>", "overloaded"],
  [504, {}, "open"],
  [520, "", "open"],
  [529, {}, "overloaded"],
  [307, "", "invalid"],
  [200, {}, "open"],
])("%i %j is %s", (status, body, kind) => {
  expect(classify(status, body).kind).toBe(kind);
});

test("how long to wait is told with what passes by itself", () => {
  const rate = { error: { code: "rate_limit_exceeded", message: "slow" } };

  expect(classify(429, rate, { "retry-after": "3" })).toEqual({
    kind: "rate",
    message: "HTTP 429 rate_limit_exceeded: slow",
    retryAfterMs: 3_000,
  });
  expect(classify(503, "")).toMatchObject({ kind: "overloaded", retryAfterMs: null });
});
