import { expect, test } from "vitest";
import { sampleIntegration } from "../../testing/delivery-samples.ts";
import { sampleSha } from "../../testing/samples.ts";
import type { Integration, IntegrationOutcome, RejectionReason } from "../integration.ts";
import { planRetry } from "./retry-plan.ts";
import type { RunState } from "../run.ts";
import type { Stage } from "../stage.ts";

const baseSha = sampleSha(1);
const failedIn = (stage: Stage): RunState => ({ status: "failed", stage, code: "validation_failed" });

function entry(outcome: IntegrationOutcome | null, testedOn = baseSha): Integration {
  const candidate = { sha: sampleSha(8), tree: sampleSha(9), baseSha: testedOn };
  return sampleIntegration({ kind: "run", outcome, candidate });
}

function rejected(reason: RejectionReason): IntegrationOutcome {
  return { kind: "rejected", reason, details: [] };
}

function kindOf(entries: readonly Integration[], hint: string | null = null, stage: Stage = "validate") {
  return planRetry({ state: failedIn(stage), baseSha, entries, hint }).kind;
}

test("what conflicts with the base is fitted onto it again, with and without a hint", () => {
  expect(kindOf([entry(rejected("conflict"))])).toBe("fit_again");
  expect(kindOf([entry(rejected("conflict"))], "keep both")).toBe("fit_again");
});

test("checks that fail on a newer base are a question of fitting; on the same base the same would come out", () => {
  expect(kindOf([entry(rejected("checks_failed"), sampleSha(2))])).toBe("fit_again");
  expect(kindOf([entry(rejected("checks_failed"))])).toBe("repeat");
});

test.each(["checks_failed", "not_approved", "nothing_to_land", "canceled"] as const)(
  "%s: a hint has all of it built again, without one the queue is asked again",
  (reason) => {
    expect(kindOf([entry(rejected(reason))], "in German")).toBe("build_again");
    expect(kindOf([entry(rejected(reason))])).toBe("repeat");
  },
);

test("what its branch lost is built again, whatever the queue said before", () => {
  const state: RunState = { status: "failed", stage: "deploy", code: "work_lost" };

  expect(planRetry({ state, baseSha, entries: [entry(null)], hint: "x" }).kind).toBe("build_lost");
});

test("where the base was red nothing was wrong with the work, with and without a hint", () => {
  const state: RunState = { status: "failed", stage: "validate", code: "base_red" };
  const entries = [entry(rejected("base_red"), sampleSha(2))];

  expect(planRetry({ state, baseSha, entries, hint: "mended" })).toEqual({ kind: "repeat" });
  expect(planRetry({ state, baseSha, entries, hint: null })).toEqual({ kind: "repeat" });
});

test("what stands in the queue or has landed is left alone, whatever was rejected beside it", () => {
  const no = entry(rejected("conflict"));

  expect(kindOf([])).toBe("repeat");
  expect(kindOf([no, entry(null)], "x")).toBe("repeat");
  expect(kindOf([entry({ kind: "landed", sha: sampleSha(3) }), no], "x")).toBe("repeat");
});

test("the last word of the queue counts, and reverts are not the run's own work", () => {
  const revert = { ...entry(null), kind: "revert" } as const;

  expect(kindOf([entry(rejected("conflict")), entry(rejected("not_approved"))])).toBe("repeat");
  expect(kindOf([entry(rejected("conflict")), revert])).toBe("fit_again");
});

test("a run that failed before its work was built, or has not failed, repeats its stage", () => {
  const entries = [entry(rejected("conflict"))];
  const running: RunState = { status: "running", stage: "validate" };

  expect(kindOf(entries, "x", "implement")).toBe("repeat");
  expect(planRetry({ state: running, baseSha, entries, hint: "x" }).kind).toBe("repeat");
});

test("what was rejected before it was put on a base says nothing about that base", () => {
  const untested = { ...entry(rejected("checks_failed")), candidate: null };

  expect(kindOf([untested])).toBe("repeat");
  expect(kindOf([untested], "in German")).toBe("build_again");
});
