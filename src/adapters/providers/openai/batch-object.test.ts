import { expect, test } from "vitest";
import type { BatchProgress } from "../../../ports/batch-provider.ts";
import { parseBatch, parseBatchList, progressOf } from "./batch-object.ts";

const pending = { kind: "pending", done: 0, total: 0 };

function progress(fields: Readonly<Record<string, unknown>>): BatchProgress {
  const batch = parseBatch({ id: "batch_1", ...fields });
  if (batch === null) throw new Error("It is no batch");
  return progressOf(batch);
}

function failedWith(...codes: readonly (readonly [string, string?])[]): BatchProgress {
  const data = codes.map(([code, param]) => ({ code, param: param ?? null, message: "m", line: 1 }));
  return progress({ status: "failed", errors: { object: "list", data } });
}

test.each([
  ["validating", pending],
  ["Validating", pending],
  ["finalizing", pending],
  ["cancelling", pending],
  ["something_new", pending],
  [null, pending],
  ["completed", { kind: "completed" }],
  ["Completed", { kind: "completed" }],
  ["expired", { kind: "expired" }],
  ["cancelled", { kind: "canceled" }],
  ["canceled", { kind: "canceled" }],
])("the status %j", (status, expected) => {
  expect(progress({ status })).toEqual(expected);
});

test.each([
  [
    { total: 10, completed: 3, failed: 1 },
    { done: 4, total: 10 },
  ],
  [
    { total: "10", completed: "3", failed: "1" },
    { done: 4, total: 10 },
  ],
  [
    { total: null, completed: null, failed: null },
    { done: 0, total: 0 },
  ],
  [null, { done: 0, total: 0 }],
  ["many", { done: 0, total: 0 }],
])("the counts %j", (counts, expected) => {
  expect(progress({ status: "in_progress", request_counts: counts })).toEqual({
    kind: "pending",
    ...expected,
  });
});

test.each([
  [[["token_limit_exceeded"]], "busy"],
  [[["billing_hard_limit_reached"]], "unpaid"],
  [[["invalid_request", "file_id"]], "upload_lost"],
  [[["input_modified"]], "upload_lost"],
  [[["too_many_tasks"]], "too_large"],
  [[["mismatched_model", "body.model"]], "mixed_models"],
  [[["model_mismatch"]], "mixed_models"],
  [[["duplicate_custom_id", "custom_id"]], "invalid"],
  [[["invalid_json_line"]], "invalid"],
  [[["invalid_url", "url"]], "invalid"],
  [[["model_not_found", "body.model"]], "invalid"],
  [[["streaming_unsupported", "body.stream"]], "invalid"],
  [[["empty_file"]], "invalid"],
  [[["server_error"]], "unexplained"],
  [[["internal_error"]], "unexplained"],
  [[["invalid_url"], ["insufficient_quota"]], "unpaid"],
  [[], "unexplained"],
] as const)("a batch that failed for %j is %s", (codes, trouble) => {
  expect(failedWith(...codes)).toMatchObject({ kind: "failed", trouble });
});

test("why a batch failed is told as it was said", () => {
  expect(failedWith(["invalid_url", "url"])).toMatchObject({ message: "invalid_url: m" });
  expect(progress({ status: "failed", errors: null })).toEqual({
    kind: "failed",
    trouble: "unexplained",
    message: "The provider did not say why the batch failed.",
  });
});

test.each([1_795_161_600, "2026-11-20T08:00:00Z", "2026-11-20T08:00:00.0000000+00:00"])(
  "the time %j",
  (created_at) => {
    expect(parseBatch({ id: "batch_1", created_at })?.createdAt).toEqual(new Date("2026-11-20T08:00:00Z"));
  },
);

test("a file without a name is no file", () => {
  expect(parseBatch({ id: "b", output_file_id: "file-1", error_file_id: "" })?.fileIds).toEqual(["file-1"]);
  expect(parseBatch({ id: "b", output_file_id: null })?.fileIds).toEqual([]);
});

test.each([null, "", {}, { id: "" }, { id: 1 }, []])("%j is no batch", (body) => {
  expect(parseBatch(body)).toBeNull();
});

test("what is no batch in a list loses none of the others", () => {
  expect(parseBatchList({ data: [{ id: "a" }, null, {}, { id: "b" }] })?.data.map(({ id }) => id)).toEqual([
    "a",
    "b",
  ]);
  expect(parseBatchList({ data: null })).toEqual({ data: [], has_more: false });
  expect(parseBatchList("<html>")).toBeNull();
});
