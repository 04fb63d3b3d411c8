import { createHash } from "node:crypto";
import { compareWithBaseline } from "../../domain/baseline.ts";
import type { CheckDefinition, CheckResult } from "../../domain/check.ts";
import { makeId } from "../../domain/ids.ts";
import { isBroken, type TestCase } from "../../domain/test-report.ts";
import { scoreOf, type Validation, verdictOf } from "../../domain/validation.ts";
import { type JudgingDeps, runChecksOnce, shorten, type TreeBesideBase } from "./run-checks-once.ts";

export interface TreeToJudge extends TreeBesideBase {
  readonly checks: readonly CheckDefinition[];
  readonly minScore: number;
  /** The change must bring a test that the baseline does not have. */
  readonly needsNewTest?: boolean;
}

/** Checks that we run in the sandbox on a tree, judged beside what the tree started from. */
export async function validateTree(
  deps: JudgingDeps,
  subject: TreeToJudge,
  signal: AbortSignal,
): Promise<Validation> {
  const suite = suiteOf(subject, deps.checks.profile);
  const baseTree = subject.baseline?.tree ?? null;
  const known = await deps.db.validations.findByTree(subject.tree, suite, baseTree);
  if (known !== null) return known;
  const alone = await runChecksOnce(deps, subject, subject.checks, signal);
  const ran = alone.map((result) => beside(result, subject.baseline));
  const checks = subject.needsNewTest === true ? [...ran, findNewTests(ran, subject.baseline)] : ran;
  const validation: Validation = {
    id: makeId("val", deps.ids.next()),
    tree: subject.tree,
    suite,
    baseTree,
    checks,
    regressions: checks.flatMap((check) => regressionsOf(check, subject.baseline)),
    score: scoreOf(checks),
    verdict: verdictOf(checks, subject.minScore),
    createdAt: deps.clock.now(),
  };
  await deps.db.validations.insert(validation);
  return validation;
}

/** Two results are comparable when commands, limits, threshold, walls and baseline are the same. */
function suiteOf(subject: TreeToJudge, profile: string): string {
  const described = JSON.stringify([
    subject.checks,
    subject.minScore,
    profile,
    subject.baseline?.id ?? null,
    subject.needsNewTest ?? false,
  ]);
  return createHash("sha256").update(described).digest("hex").slice(0, 16);
}

/** Failures that the base has too are told and not blamed; anything lost or newly failing is. */
function beside(result: CheckResult, baseline: Validation | null): CheckResult {
  if (baseline === null || (result.state.status === "failed" && !result.cases.some(isBroken))) return result;
  const before = casesOf(baseline, result.name);
  const { regressions, newFailures } = compareWithBaseline(before, result.cases);
  if (regressions.length > 0) return failing(result, `passed before, not now: ${shorten(regressions)}`);
  if (newFailures.length > 0) return failing(result, `failing: ${shorten(newFailures)}`);
  return { ...result, state: { status: "passed" } };
}

function failing(result: CheckResult, reason: string): CheckResult {
  return { ...result, state: { status: "failed", reason } };
}

/** A check of ours over the reports of the others: whether the change brought a test. */
function findNewTests(checks: readonly CheckResult[], baseline: Validation | null): CheckResult {
  const added = checks.flatMap(
    (check) => compareWithBaseline(casesOf(baseline, check.name), check.cases).added,
  );
  const isThere = checks.some((check) => check.kind === "tests") && added.length > 0;
  return {
    name: "new tests",
    kind: "other",
    gate: "must",
    command: [],
    state: isThere ? { status: "passed" } : { status: "failed", reason: "the change brings no new test" },
    cases: [],
    output: "",
    durationMs: 0,
  };
}

function casesOf(baseline: Validation | null, name: string): readonly TestCase[] {
  return baseline?.checks.find((check) => check.name === name)?.cases ?? [];
}

function regressionsOf(check: CheckResult, baseline: Validation | null): readonly string[] {
  return compareWithBaseline(casesOf(baseline, check.name), check.cases).regressions;
}

/** What a failed validation says to the next attempt: which check, why, and the messages of the failing tests. */
export function describeFailures(validation: Validation): readonly string[] {
  return validation.checks.flatMap((check) =>
    check.state.status === "failed" ? describeCheck(check, check.state.reason) : [],
  );
}

function describeCheck(check: CheckResult, reason: string): readonly string[] {
  const told = check.cases.filter(isBroken).map((each) => `${each.id}: ${each.message ?? "no message"}`);
  return [`${check.name}: ${reason}`, ...(told.length > 0 ? told : check.output.split("\n").slice(-30))];
}
