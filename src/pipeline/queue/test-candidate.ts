import type { Candidate, Integration } from "../../domain/integration.ts";
import type { Run } from "../../domain/run.ts";
import type { Validation } from "../../domain/validation.ts";
import { type CommitToJudge, judgeCommit } from "../judging/judge-commit.ts";
import { seriesOf } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { makeEvent } from "../recording/make-event.ts";
import { changeIntegration } from "./change-integration.ts";
import { findRedBase } from "./red-base.ts";
import { reject } from "./reject.ts";

/**
 * Runs the full checks on exactly the commit that would land, beside the base it would land on. On a base that is red by
 * itself nothing could be said of the change.
 */
export async function testCandidate(
  deps: PipelineDeps,
  entry: Integration,
  signal: AbortSignal,
): Promise<void> {
  const { candidate } = entry;
  if (candidate === null) return;
  const run = await deps.db.runs.get(entry.runId);
  const red = await findRedBase(deps, run, { ...entry, candidate }, signal);
  if (red !== null) return reject(deps, entry, "base_red", red);
  const validation = await judgeCommit(deps, await subjectOf(deps, run, entry, candidate), signal);
  await noteCheck(deps, run, { ...entry, candidate }, validation);
}

async function subjectOf(
  deps: PipelineDeps,
  run: Run,
  entry: Integration,
  candidate: Candidate,
): Promise<CommitToJudge> {
  const tasks = await deps.db.tasks.listOfRun(run.id);
  const isRun = entry.kind === "run";
  const acceptance = tasks
    .filter((task) => isRun && task.state.status === "collected")
    .flatMap((task) => task.acceptance);
  return {
    commit: candidate.sha,
    base: candidate.baseSha,
    policy: run.policy,
    acceptance: unique(acceptance),
    series: entry.id,
    // A base that is red is what a revert is for: each one looks at it anew.
    baseSeries: isRun ? seriesOf(run) : entry.id,
    ...(isRun ? { needsNewTest: run.policy.requireTests } : { undoes: entry.source }),
  };
}

async function noteCheck(
  deps: PipelineDeps,
  run: Run,
  { id, candidate }: Integration & { readonly candidate: Candidate },
  validation: Validation,
): Promise<void> {
  const lastCheck = { tree: candidate.tree, validationId: validation.id, verdict: validation.verdict };
  await changeIntegration(deps, id, {
    type: "integration.checked",
    to: validation.verdict,
    details: { validationId: validation.id, score: validation.score, regressions: validation.regressions },
    also: [
      makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "validation.completed",
        subject: validation.id,
        to: validation.verdict,
      }),
    ],
    patch: (current) => {
      const isNews = current.lastCheck?.validationId !== validation.id;
      return isNews && current.candidate?.sha === candidate.sha ? { lastCheck } : null;
    },
  });
}

function unique(commands: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()];
}
