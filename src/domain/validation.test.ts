import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleCheckResult } from "../testing/building-samples.ts";
import type { CheckResult, CheckState, Gate } from "./check.ts";
import { isGreen, scoreOf, verdictOf } from "./validation.ts";

const passed: CheckState = { status: "passed" };
const failed: CheckState = { status: "failed", reason: "one test fails" };
const forgiven: CheckState = { status: "forgiven", reason: "fails as before" };
const errored: CheckState = { status: "errored", reason: "timed out" };
const skipped: CheckState = { status: "skipped", reason: "no tests" };

function check(gate: Gate, state: CheckState): CheckResult {
  return sampleCheckResult({ gate, state });
}

test.each<[string, readonly CheckResult[], number]>([
  ["nothing", [], 1],
  ["only skipped checks", [check("must", skipped)], 1],
  ["a forgiven must", [check("must", forgiven), check("may", passed)], 1],
  ["a should that could not say", [check("must", passed), check("should", errored)], 3 / 5],
  ["all passed", [check("must", passed), check("may", passed)], 1],
  ["a failed should", [check("must", passed), check("should", failed)], 3 / 5],
  [
    "a failed may beside skipped",
    [check("must", passed), check("may", failed), check("should", skipped)],
    3 / 4,
  ],
  ["all failed", [check("must", failed), check("should", failed), check("may", failed)], 0],
])("the score of %s", (_name, checks, expected) => {
  expect(scoreOf(checks)).toBe(expected);
});

test("a failed must fails whatever the score", () => {
  const checks = [check("must", failed), ...Array.from({ length: 50 }, () => check("must", passed))];

  expect(scoreOf(checks)).toBeGreaterThan(0.95);
  expect(verdictOf(checks, 0)).toBe("failed");
});

test("otherwise the score decides, and reaching the least is enough", () => {
  const checks = [check("must", passed), check("may", failed)];

  expect([0.5, 0.75, 0.76].map((least) => verdictOf(checks, least))).toEqual(["passed", "passed", "failed"]);
});

test("a must that could not say is no pass, and one that is forgiven is no failure", () => {
  const many = Array.from({ length: 20 }, () => check("must", passed));

  expect(verdictOf([...many, check("must", errored)], 0.1)).toBe("failed");
  expect(verdictOf([...many, check("must", forgiven)], 1)).toBe("passed");
});

test.each<[CheckState, boolean]>([
  [passed, true],
  [skipped, true],
  [failed, false],
  [forgiven, false],
  [errored, false],
])("all green with one that is %j: %s", (state, expected) => {
  expect(isGreen([check("may", state), check("must", passed)])).toBe(expected);
});

test("a gate, a status or a least score that nobody knows is no pass", () => {
  const broken = { status: "unheard of" } as unknown as CheckState;
  const many = Array.from({ length: 20 }, () => check("must", passed));

  expect(verdictOf([...many, check("must", broken)], 0.1)).toBe("failed");
  expect(verdictOf([check("critical" as Gate, passed)], 0)).toBe("failed");
  expect(verdictOf(many, Number.NaN)).toBe("failed");
});

test("the score is within 0…1, and mending a check never lowers it", () => {
  const anyCheck = fc
    .tuple(
      fc.constantFrom<Gate>("must", "should", "may"),
      fc.constantFrom(passed, failed, skipped, errored, forgiven),
    )
    .map(([gate, state]) => check(gate, state));
  fc.assert(
    fc.property(fc.array(anyCheck, { minLength: 1 }), fc.nat(), (checks, place) => {
      const mended = checks.map((each, index) =>
        index === place % checks.length && each.state.status === "failed" ? { ...each, state: passed } : each,
      );

      expect(scoreOf(checks)).toBeGreaterThanOrEqual(0);
      expect(scoreOf(mended)).toBeLessThanOrEqual(1);
      expect(scoreOf(mended)).toBeGreaterThanOrEqual(scoreOf(checks));
    }),
  );
});
