import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = new Date("2026-01-01T00:00:00Z");

test.each([
  ["seconds", { "retry-after": "7" }, 7_000],
  ["parts of a second", { "retry-after": "0.25" }, 250],
  ["milliseconds, which are more exact", { "retry-after": "7", "retry-after-ms": "6500" }, 6_500],
  ["a date", { "retry-after": "Thu, 01 Jan 2026 00:01:30 GMT" }, 90_000],
  ["a date that has passed", { "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
  ["words", { "retry-after": "soon" }, null],
  ["a negative number", { "retry-after": "-5" }, null],
  ["nothing", {}, null],
])("%s", (_, headers, expected) => {
  expect(retryAfterMs(new Headers(headers), now)).toBe(expected);
});
