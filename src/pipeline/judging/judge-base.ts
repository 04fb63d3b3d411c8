import { judgeBaseline } from "../../domain/baseline.ts";
import { explainMissingModule } from "../../domain/missing-module.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Forge } from "../../ports/forge.ts";
import { retryCommand, type StageOutcome } from "../driving/stage-outcome.ts";
import { seriesOf } from "../names.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import { moveBase } from "../recording/move-base.ts";
import { type CommitJudgingDeps, judgeAlone, lookAtChecks } from "./judge-commit.ts";
import { describeFailures, summarizeFailures } from "./validate-tree.ts";

type BaseJudgingDeps = CommitJudgingDeps & RecordingDeps & { readonly forge: Forge };

/**
 * Runs the checks on the base before anything is spent: a base that is red already would be blamed on the first change.
 * Null: go on. The result is the baseline of everything that follows.
 */
export async function judgeBase(
  deps: BaseJudgingDeps,
  runId: RunId,
  signal: AbortSignal,
): Promise<StageOutcome | null> {
  const run = await takeBaseAsItIs(deps, await deps.db.runs.get(runId));
  const { policy, baseSha, baseBranch } = run;
  if (policy.checks.length === 0) return null;
  const validation = await judgeAlone(deps, { commit: baseSha, policy, series: seriesOf(run) }, signal);
  const verdict = judgeBaseline(validation, policy.minScore);
  if (verdict === "green" || policy.allowRedBase) return null;
  const why = summarizeFailures(validation);
  const details = describeFailures(validation);
  if (verdict === "unknown") {
    const message = `${baseBranch} could not be judged: ${why}`;
    const cure = `${lookAtChecks} Then: ${retryCommand(runId)}`;
    return { kind: "failed", code: "environment", message, cure, details };
  }
  return {
    kind: "failed",
    code: "base_red",
    message: `${baseBranch} is red before any change: ${why}`,
    cure: `${explainMissingModule(details.join("\n")) ?? ""} Mend it, then: ${retryCommand(runId)}. Or set gates.allowRedBase and start it anew: failures it has already are then told and not blamed.`.trimStart(),
    details,
  };
}

/** A person who retries may have mended it meanwhile. Where tasks were planned already, they were planned for the base of then. */
async function takeBaseAsItIs(deps: BaseJudgingDeps, run: Run): Promise<Run> {
  if (run.epoch === 1 || (await deps.db.tasks.listOfRun(run.id)).length > 0) return run;
  const baseSha = await deps.forge.fetchBase(run.baseBranch);
  return baseSha === null ? run : moveBase(deps, run.id, baseSha);
}
