import { isAasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { isCollected, type Task } from "../../domain/task.ts";
import { integrationRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { changeTask } from "../recording/change-task.ts";
import { moveBase } from "../recording/move-base.ts";
import { describeLoss, headOfRun } from "./head-of-run.ts";

/**
 * The branch on which a run collects its work. Tasks whose work it does not have are built again. Where all of it was sent
 * back, the branch begins anew on the base as it is now.
 */
export async function ensureIntegrationBranch(deps: PipelineDeps, runId: RunId): Promise<null> {
  const run = await deps.db.runs.get(runId);
  await uncollectLost(deps, run);
  const ref = integrationRef(runId);
  const head = await deps.git.resolve(ref);
  if (head === null) {
    await deps.git.updateRef(ref, { expected: null, next: run.baseSha });
  } else if (head !== run.baseSha && !(await holdsWork(deps, runId))) {
    const baseSha = (await deps.forge.fetchBase(run.baseBranch)) ?? run.baseSha;
    // Before the branch: until both are moved, whoever comes here again begins it anew once more.
    await moveBase(deps, runId, baseSha);
    await deps.git.updateRef(ref, { expected: head, next: baseSha });
  }
  return null;
}

async function uncollectLost(deps: PipelineDeps, run: Run): Promise<void> {
  const head = await headOfRun(deps, run);
  if (head.kind !== "lost") return;
  for (const task of head.tasks) {
    const patch = (await isSubmissionThere(deps, task)) ? {} : { round: task.round + 1 };
    await changeTask(deps, task.id, { type: "uncollected", reason: describeLoss(run, head) }, patch);
  }
}

/** A submission that is still there was paid for and is collected again; without it the task has a round of its own. */
async function isSubmissionThere(deps: PipelineDeps, { state }: Task): Promise<boolean> {
  if (state.status !== "collected") return false;
  const submission = await deps.db.attempts.findSubmission(state.submissionId);
  if (submission === null) return false;
  try {
    await deps.git.treeOf(submission.headSha);
    return true;
  } catch (error) {
    if (isAasError(error, "not_found")) return false;
    throw error;
  }
}

/** What is being built may stand on the branch already and not be noted yet. */
async function holdsWork(deps: PipelineDeps, runId: RunId): Promise<boolean> {
  const tasks = await deps.db.tasks.listOfRun(runId);
  return tasks.some(({ state }) => isCollected(state) || state.status === "active");
}
