import { judgeBaseline } from "../../domain/baseline.ts";
import { shortSha } from "../../domain/ids.ts";
import type { Candidate, Integration } from "../../domain/integration.ts";
import type { Run } from "../../domain/run.ts";
import { judgeAlone } from "../judging/judge-commit.ts";
import { describeFailures, summarizeFailures } from "../judging/validate-tree.ts";
import { seriesOf } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";

/**
 * What is wrong with the base itself that a run would land on; null: nothing, or a person allows it. A revert lands on a red
 * base too, for it may be what mends it.
 */
export async function findRedBase(
  deps: PipelineDeps,
  run: Run,
  entry: Integration & { readonly candidate: Candidate },
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const { policy } = run;
  if (entry.kind === "revert" || policy.allowRedBase || policy.checks.length === 0) return null;
  const commit = entry.candidate.baseSha;
  const validation = await judgeAlone(deps, { commit, policy, series: seriesOf(run) }, signal);
  if (judgeBaseline(validation, policy.minScore) !== "red") return null;
  const since = await describeSince(deps, run, entry.candidate);
  const told = `${run.baseBranch} is red without this change${since}: ${summarizeFailures(validation)}`;
  return [told, ...describeFailures(validation)];
}

/** It was green where the run began. */
async function describeSince({ git }: PipelineDeps, run: Run, { baseSha }: Candidate): Promise<string> {
  const commits = await git.commitsBetween(run.baseSha, baseSha);
  const last = commits.at(-1);
  if (last === undefined) return "";
  const named = `${shortSha(last.sha)} "${last.title}"`;
  if (commits.length === 1) return `, since ${named}`;
  return `, since one of the ${commits.length} commits after ${shortSha(run.baseSha)}, the last of them ${named}`;
}
