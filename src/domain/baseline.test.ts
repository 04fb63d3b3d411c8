import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleCheckResult } from "../testing/building-samples.ts";
import { type BaseVerdict, type Comparison, compareWithBaseline, judgeBaseline } from "./baseline.ts";
import type { CheckState } from "./check.ts";
import { verdictOf } from "./validation.ts";
import type { CaseOutcome, TestCase } from "./test-report.ts";

const id = "todo.test.ts::adds";

function report(outcome: CaseOutcome | "absent"): readonly TestCase[] {
  return outcome === "absent" ? [] : [{ id, outcome, message: null }];
}

const nothing: Comparison = { regressions: [], newFailures: [], preExisting: [], fixed: [], added: [] };

/** Before, after, and where the test stands then. A broken test of the base is told and never blamed on the change. */
const truthTable: readonly (readonly [
  CaseOutcome | "absent",
  CaseOutcome | "absent",
  readonly (keyof Comparison)[],
])[] = [
  ["passed", "passed", []],
  ["passed", "failed", ["regressions"]],
  ["passed", "errored", ["regressions"]],
  ["passed", "absent", ["regressions"]],
  ["passed", "skipped", []],
  ["failed", "passed", ["fixed"]],
  ["failed", "failed", ["preExisting"]],
  ["failed", "errored", ["preExisting"]],
  ["failed", "absent", []],
  ["failed", "skipped", []],
  ["errored", "passed", ["fixed"]],
  ["errored", "failed", ["preExisting"]],
  ["errored", "errored", ["preExisting"]],
  ["errored", "absent", []],
  ["errored", "skipped", []],
  ["skipped", "passed", []],
  ["skipped", "failed", ["newFailures"]],
  ["skipped", "errored", ["newFailures"]],
  ["skipped", "absent", []],
  ["skipped", "skipped", []],
  ["absent", "passed", ["added"]],
  ["absent", "failed", ["newFailures", "added"]],
  ["absent", "errored", ["newFailures", "added"]],
  ["absent", "absent", []],
  ["absent", "skipped", ["added"]],
];

test.each(truthTable)("a test that was %s and is %s now is among %j", (before, after, lists) => {
  const expected = { ...nothing, ...Object.fromEntries(lists.map((list) => [list, [id]])) };

  expect(compareWithBaseline(report(before), report(after))).toEqual(expected);
});

const outcomes: readonly CaseOutcome[] = ["passed", "failed", "errored", "skipped"];
const anyReport = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.constantFrom(...outcomes)), {
    selector: ([name]) => name,
  })
  .map((drawn): readonly TestCase[] =>
    drawn.map(([name, outcome]) => ({ id: `t${name}`, outcome, message: null })),
  );

test("every test is judged alone, whatever stands beside it", () => {
  fc.assert(
    fc.property(anyReport, anyReport, (base, head) => {
      const whole = compareWithBaseline(base, head);
      const ids = [...new Set([...base, ...head].map((each) => each.id))];
      const alone = ids.map((one) =>
        compareWithBaseline(
          base.filter((each) => each.id === one),
          head.filter((each) => each.id === one),
        ),
      );

      for (const list of ["regressions", "newFailures", "preExisting", "fixed", "added"] as const)
        expect(whole[list].toSorted()).toEqual(alone.flatMap((each) => each[list]).toSorted());
    }),
  );
});

test("a change that runs the same tests with the same ends is blamed for nothing", () => {
  fc.assert(
    fc.property(anyReport, (cases) => {
      const failing = cases.filter(({ outcome }) => outcome === "failed" || outcome === "errored");

      expect(compareWithBaseline(cases, cases)).toEqual({
        ...nothing,
        preExisting: failing.map((each) => each.id),
      });
    }),
  );
});

test("without a baseline every failing test is a failure", () => {
  fc.assert(
    fc.property(anyReport, (cases) => {
      const failing = cases.filter(({ outcome }) => outcome === "failed" || outcome === "errored");

      expect(compareWithBaseline([], cases).newFailures).toEqual(failing.map((each) => each.id));
    }),
  );
});

const passes: CheckState = { status: "passed" };
const fails: CheckState = { status: "failed", reason: "one test fails" };
const couldNotSay: CheckState = { status: "errored", reason: "timed out" };

test.each<[readonly CheckState[], BaseVerdict]>([
  [[passes, passes], "green"],
  [[fails, passes], "red"],
  [[couldNotSay, passes], "unknown"],
  [[couldNotSay, fails], "red"],
  [[couldNotSay], "unknown"],
])("a base whose checks are %j is %s", (states, expected) => {
  const checks = states.map((state) => sampleCheckResult({ state }));

  expect(judgeBaseline({ checks, verdict: verdictOf(checks, 0.8) }, 0.8)).toBe(expected);
});
