import { createHash } from "node:crypto";
import { compareWithBaseline } from "../../domain/baseline.ts";
import type { CheckDefinition, CheckResult } from "../../domain/check.ts";
import { makeId, type ValidationId } from "../../domain/ids.ts";
import { isBroken, type TestCase } from "../../domain/test-report.ts";
import { isGreen, scoreOf, type Validation, verdictOf } from "../../domain/validation.ts";
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
  const { profile } = deps.checks;
  const baseTree = subject.baseline?.tree ?? null;
  const known =
    (await deps.db.validations.findByTree(subject.tree, suiteOf(subject, profile, null), baseTree)) ??
    (await deps.db.validations.findByTree(subject.tree, suiteOf(subject, profile, subject.series), baseTree));
  if (known !== null) return known;
  const alone = await runChecksOnce(deps, subject, subject.checks, signal);
  const ran = alone.map((result) => beside(result, subject.baseline));
  const checks = subject.needsNewTest === true ? [...ran, findNewTests(ran, subject.baseline)] : ran;
  const id = makeId("val", deps.ids.next());
  const validation: Validation = {
    id,
    tree: subject.tree,
    suite: suiteOf(subject, profile, scopeOf(checks, subject.series, id)),
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

/** Who may be answered with it: everybody, those of the same series, or, where a check could not say, nobody else. */
function scopeOf(checks: readonly CheckResult[], series: string, id: ValidationId): string | null {
  if (checks.some(({ state }) => state.status === "errored")) return id;
  return isGreen(checks) ? null : series;
}

/** Two results are comparable when commands, limits, threshold, walls and baseline are the same. */
function suiteOf(subject: TreeToJudge, profile: string, scope: string | null): string {
  const described = JSON.stringify([
    subject.checks,
    subject.minScore,
    profile,
    subject.baseline?.id ?? null,
    subject.needsNewTest ?? false,
    scope,
  ]);
  return createHash("sha256").update(described).digest("hex").slice(0, 16);
}

/** Failures that the base has too are forgiven; anything lost or newly failing is blamed. */
function beside(result: CheckResult, baseline: Validation | null): CheckResult {
  if (baseline === null || result.state.status === "errored") return result;
  if (result.state.status === "failed" && !result.cases.some(isBroken)) return result;
  const before = casesOf(baseline, result.name);
  const { regressions, newFailures, preExisting } = compareWithBaseline(before, result.cases);
  if (regressions.length > 0) return failing(result, `passed before, not now: ${shorten(regressions)}`);
  if (newFailures.length > 0) return failing(result, `failing: ${shorten(newFailures)}`);
  if (preExisting.length === 0) return { ...result, state: { status: "passed" } };
  return { ...result, state: { status: "forgiven", reason: `fails as before: ${shorten(preExisting)}` } };
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
    check.state.status === "failed" || check.state.status === "errored"
      ? describeCheck(check, check.state.reason)
      : [],
  );
}

/** Which checks failed and why, in one line. */
export function summarizeFailures({ checks }: Validation): string {
  const told = checks.flatMap(({ name, state }) =>
    state.status === "failed" || state.status === "errored" ? [`${name}: ${state.reason}`] : [],
  );
  return told.length === 0 ? "its checks fail" : told.join("; ");
}

/** A report that says of a test no more than that it failed leaves the reason to what was printed. */
function describeCheck(check: CheckResult, reason: string): readonly string[] {
  const told = check.cases.filter(isBroken).map((each) => `${each.id}: ${each.message ?? "no message"}`);
  const isExplained = told.some((each) => each.includes("\n"));
  return [`${check.name}: ${reason}`, ...told, ...(isExplained ? [] : printedBeside(check, told))];
}

const linesShown = 60;

function printedBeside({ output }: CheckResult, told: readonly string[]): readonly string[] {
  const lines = output.split("\n").slice(-linesShown);
  return lines.filter((line) => line.trim() !== "" && !told.some((each) => each.includes(line)));
}
