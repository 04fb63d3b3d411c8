import { judgeBaseline } from "../../domain/baseline.ts";
import type { CheckDefinition } from "../../domain/check.ts";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";
import type { Validation } from "../../domain/validation.ts";
import type { Git } from "../../ports/git.ts";
import type { JudgingDeps, TreeWithFiles } from "./run-checks-once.ts";
import { summarizeFailures, validateTree } from "./validate-tree.ts";

export interface CommitJudgingDeps extends JudgingDeps {
  readonly git: Git;
}

export interface CommitToJudge {
  readonly commit: Sha;
  /** The commit it is compared with; null judges it alone, as a baseline is. */
  readonly base: Sha | null;
  readonly policy: RunPolicy;
  /** What was found red is believed again only within it. */
  readonly series: string;
  /** The same of what it is compared with. */
  readonly baseSeries: string;
  /** The commit that this one takes back: tests that came with it may go with it. */
  readonly undoes?: Sha;
  /** The change must bring a test. */
  readonly needsNewTest?: boolean;
  /** Commands that must pass besides those of the policy. */
  readonly acceptance: readonly (readonly string[])[];
}

/** Judges a commit beside the one it started from; both results are looked up before anything runs. */
export async function judgeCommit(
  deps: CommitJudgingDeps,
  subject: CommitToJudge,
  signal: AbortSignal,
): Promise<Validation> {
  const { policy } = subject;
  const baseline = await findBaseline(deps, subject, signal);
  const tree = await deps.git.treeOf(subject.commit);
  const checks = [...policy.checks, ...subject.acceptance.map(toCheck)];
  const needs = subject.needsNewTest === true ? { needsNewTest: true } : {};
  const withFiles: TreeWithFiles["withFiles"] = (use) => deps.git.withCheckout(subject.commit, use);
  return validateTree(
    deps,
    { tree, withFiles, checks, minScore: policy.minScore, baseline, series: subject.series, ...needs },
    signal,
  );
}

async function findBaseline(
  deps: CommitJudgingDeps,
  { base, undoes, policy, baseSeries: series }: CommitToJudge,
  signal: AbortSignal,
): Promise<Validation | null> {
  if (base === null || policy.checks.length === 0) return null;
  const baseline = await judgeAlone(deps, { commit: base, policy, series }, signal);
  assertKnown(baseline, policy);
  const [before] = undoes === undefined ? [] : await deps.git.parentsOf(undoes);
  if (before === undefined) return baseline;
  return withoutAdded(baseline, await judgeAlone(deps, { commit: before, policy, series }, signal));
}

/** What the checks of a policy say of one commit by itself. */
export async function judgeAlone(
  deps: CommitJudgingDeps,
  { commit, policy, series }: Pick<CommitToJudge, "commit" | "policy" | "series">,
  signal: AbortSignal,
): Promise<Validation> {
  return judgeCommit(
    deps,
    { commit, base: null, policy, series, baseSeries: series, acceptance: [] },
    signal,
  );
}

/** Beside a base that could not be judged nothing can be said of a change: that is no verdict, and it is asked again later. */
function assertKnown(baseline: Validation, { allowRedBase, minScore }: RunPolicy): void {
  if (allowRedBase || judgeBaseline(baseline, minScore) !== "unknown") return;
  const message = `The base could not be judged: ${summarizeFailures(baseline)}.`;
  throw new AasError("sandbox_unavailable", message, { cure: lookAtChecks, retryable: true });
}

export const lookAtChecks = "aas doctor --run-checks runs them once more and shows what they print.";

/** The baseline without the tests that were not there before: what a revert has to keep. */
function withoutAdded(baseline: Validation, before: Validation): Validation {
  const known = new Set(before.checks.flatMap((check) => check.cases.map((each) => each.id)));
  const checks = baseline.checks.map((check) => ({
    ...check,
    cases: check.cases.filter((each) => known.has(each.id)),
  }));
  return { ...baseline, id: before.id, checks };
}

function toCheck(command: readonly string[]): CheckDefinition {
  const name = `acceptance: ${command.join(" ")}`;
  return { name, kind: "acceptance", gate: "must", command, report: "exit_code", timeoutMs: 10 * 60_000 };
}
