import type { CheckDefinition } from "../../domain/check.ts";
import type { Sha } from "../../domain/ids.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";
import type { Validation } from "../../domain/validation.ts";
import type { Git } from "../../ports/git.ts";
import type { JudgingDeps, TreeWithFiles } from "./run-checks-once.ts";
import { validateTree } from "./validate-tree.ts";

export interface CommitJudgingDeps extends JudgingDeps {
  readonly git: Git;
}

export interface CommitToJudge {
  readonly commit: Sha;
  /** The commit it is compared with; null judges it alone, as a baseline is. */
  readonly base: Sha | null;
  readonly policy: RunPolicy;
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
    { tree, withFiles, checks, minScore: policy.minScore, baseline, ...needs },
    signal,
  );
}

async function findBaseline(
  deps: CommitJudgingDeps,
  { base, undoes, policy }: CommitToJudge,
  signal: AbortSignal,
): Promise<Validation | null> {
  if (base === null || policy.checks.length === 0) return null;
  const judgeAlone = (commit: Sha): Promise<Validation> =>
    judgeCommit(deps, { commit, base: null, policy, acceptance: [] }, signal);
  const baseline = await judgeAlone(base);
  const [before] = undoes === undefined ? [] : await deps.git.parentsOf(undoes);
  return before === undefined ? baseline : withoutAdded(baseline, await judgeAlone(before));
}

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
