import { expect, test } from "vitest";
import { sampleCheckResult } from "../testing/building-samples.ts";
import { isExitStatus } from "./check.ts";

const one = { id: "unit", outcome: "passed", message: null } as const;

test("of a check whose one case has its name only the exit status is known", () => {
  expect(isExitStatus(sampleCheckResult({ name: "unit", cases: [one] }))).toBe(true);
  expect(isExitStatus(sampleCheckResult({ name: "lint", cases: [one] }))).toBe(false);
  expect(isExitStatus(sampleCheckResult({ name: "unit", cases: [one, { ...one, id: "b" }] }))).toBe(false);
});
