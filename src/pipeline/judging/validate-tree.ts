import { createHash } from "node:crypto";
import { compareWithBaseline } from "../../domain/baseline.ts";
import type { CheckDefinition, CheckResult, CheckState } from "../../domain/check.ts";
import { AasError } from "../../domain/errors.ts";
import { makeId, type Sha } from "../../domain/ids.ts";
import type { TestCase } from "../../domain/test-report.ts";
import { scoreOf, type Validation, verdictOf } from "../../domain/validation.ts";
import type { CheckOutcome, CheckRunner } from "../../ports/check-runner.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";
import type { IdSource } from "../../ports/id-source.ts";

export interface JudgingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly checks: CheckRunner;
}

export interface TreeToJudge {
  readonly tree: Sha;
  /** Lends a folder with the files of the tree; only asked for when a check really runs. */
  readonly withFiles: <Result>(use: (folder: string) => Promise<Result>) => Promise<Result>;
  readonly checks: readonly CheckDefinition[];
  readonly minScore: number;
  /** What the same checks found on the tree this one started from; null judges the tree alone. */
  readonly baseline: Validation | null;
  /** The change must bring a test that the baseline does not have. */
  readonly needsNewTest?: boolean;
}

/** Checks that we run in the sandbox on a tree. The same suite never runs twice on the same tree. */
export async function validateTree(
  deps: JudgingDeps,
  subject: TreeToJudge,
  signal: AbortSignal,
): Promise<Validation> {
  const suite = suiteOf(subject, deps.checks.profile);
  const baseTree = subject.baseline?.tree ?? null;
  const known = await deps.db.validations.findByTree(subject.tree, suite, baseTree);
  if (known !== null) return known;
  const ran = await subject.withFiles((folder) => runChecks(deps, subject, folder, signal));
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

async function runChecks(
  deps: JudgingDeps,
  subject: TreeToJudge,
  folder: string,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of subject.checks) {
    const outcome = await deps.checks.run(check, folder, signal);
    results.push(toResult(check, outcome, subject.baseline));
  }
  return results;
}

function toResult(check: CheckDefinition, outcome: CheckOutcome, baseline: Validation | null): CheckResult {
  const { name, kind, gate, command } = check;
  const shared = { name, kind, gate, command };
  switch (outcome.kind) {
    case "infrastructure":
      throw new AasError("sandbox_unavailable", outcome.reason, { cure: outcome.cure, retryable: true });
    case "invalid":
      return {
        ...shared,
        state: { status: "failed", reason: outcome.reason },
        cases: [],
        output: outcome.output,
        durationMs: 0,
      };
    case "ran": {
      const { cases, output, durationMs } = outcome;
      return { ...shared, state: stateOf(check, outcome.passed, cases, baseline), cases, output, durationMs };
    }
  }
}

/** Failures that the base has too are told and not blamed; anything lost or newly failing is. */
function stateOf(
  check: CheckDefinition,
  passed: boolean,
  cases: readonly TestCase[],
  baseline: Validation | null,
): CheckState {
  const before = casesOf(baseline, check.name);
  const { regressions, newFailures } = compareWithBaseline(before, cases);
  if (regressions.length > 0)
    return { status: "failed", reason: `passed before, not now: ${list(regressions)}` };
  if (newFailures.length > 0) return { status: "failed", reason: `failing: ${list(newFailures)}` };
  if (!passed && baseline === null) return { status: "failed", reason: "the command failed" };
  return { status: "passed" };
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
  const failing = check.cases.filter((each) => each.outcome === "failed" || each.outcome === "errored");
  const told = failing.map((each) => `${each.id}: ${each.message ?? "no message"}`);
  return [`${check.name}: ${reason}`, ...(told.length > 0 ? told : check.output.split("\n").slice(-30))];
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
