import { expect, test } from "vitest";
import { isBroken, toTestReport, type TestCase, type CaseOutcome } from "./test-report.ts";

function testCase(overrides: Partial<TestCase> = {}): TestCase {
  return { id: "a.test.ts::adds", outcome: "passed", message: null, ...overrides };
}

test("tests with the same name are numbered in the order in which they ran", () => {
  const report = toTestReport([
    testCase(),
    testCase({ outcome: "failed" }),
    testCase({ outcome: "skipped" }),
  ]);

  expect(report.cases).toEqual([
    testCase(),
    testCase({ id: "a.test.ts::adds#2", outcome: "failed" }),
    testCase({ id: "a.test.ts::adds#3", outcome: "skipped" }),
  ]);
});

test("a number is never given that a test already has as its name", () => {
  const report = toTestReport(["x", "x", "x#2", "x", "x#2"].map((id) => testCase({ id })));

  expect(report.cases.map(({ id }) => id)).toEqual(["x", "x#3", "x#2", "x#4", "x#2#2"]);
});

test("ids that are unique stay as they are", () => {
  const cases = ["x", "y", "constructor", "__proto__"].map((id) => testCase({ id }));

  expect(toTestReport(cases)).toEqual({ cases });
});

test("failed and errored tests are broken, passed and skipped ones are not", () => {
  const outcomes: readonly CaseOutcome[] = ["passed", "failed", "errored", "skipped"];

  expect(outcomes.filter((outcome) => isBroken(testCase({ outcome })))).toEqual(["failed", "errored"]);
});
