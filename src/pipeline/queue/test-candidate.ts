import type { Integration } from "../../domain/integration.ts";
import { judgeCommit } from "../judging/judge-commit.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { makeEvent } from "../recording/make-event.ts";
import { changeIntegration } from "./change-integration.ts";

/** Runs the full checks on exactly the commit that would land, beside the base it would land on. */
export async function testCandidate(
  deps: PipelineDeps,
  entry: Integration,
  signal: AbortSignal,
): Promise<void> {
  const { candidate } = entry;
  if (candidate === null) return;
  const run = await deps.db.runs.get(entry.runId);
  const tasks = await deps.db.tasks.listOfRun(run.id);
  const isRun = entry.kind === "run";
  const acceptance = tasks
    .filter((task) => isRun && task.state.status === "collected")
    .flatMap((task) => task.acceptance);
  const subject = {
    commit: candidate.sha,
    base: candidate.baseSha,
    policy: run.policy,
    acceptance: unique(acceptance),
    ...(isRun ? { needsNewTest: run.policy.requireTests } : { undoes: entry.source }),
  };
  const validation = await judgeCommit(deps, subject, signal);
  const lastCheck = { tree: candidate.tree, validationId: validation.id, verdict: validation.verdict };
  await changeIntegration(deps, entry.id, {
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
