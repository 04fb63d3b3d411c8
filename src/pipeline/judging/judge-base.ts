import type { RunId } from "../../domain/ids.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";
import { type CommitJudgingDeps, judgeCommit } from "./judge-commit.ts";
import { describeFailures } from "./validate-tree.ts";

/**
 * Runs the checks on the base before anything is spent: a base that is red already would be blamed on the first change.
 * Null: go on. The result is the baseline of everything that follows.
 */
export async function judgeBase(
  deps: CommitJudgingDeps,
  runId: RunId,
  signal: AbortSignal,
): Promise<StageOutcome | null> {
  const { policy, baseSha, baseBranch } = await deps.db.runs.get(runId);
  if (policy.checks.length === 0) return null;
  const validation = await judgeCommit(deps, { commit: baseSha, base: null, policy, acceptance: [] }, signal);
  if (validation.verdict === "passed" || policy.allowRedBase) return null;
  const details = describeFailures(validation);
  return {
    kind: "failed",
    code: "base_red",
    message: `${baseBranch} is red before any change: ${details[0] ?? "its checks fail"}`,
    cure: "Mend it, or set gates.allowRedBase and start again: failures it has already are then told and not blamed.",
    details,
  };
}
