import type { AttemptFailure } from "../../domain/attempt.ts";
import { makeId, type Sha } from "../../domain/ids.ts";
import type { Submission } from "../../domain/submission.ts";
import { taskRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { type AttemptJob, settleAttempt } from "./attempt-job.ts";
import { attemptMessage, signatureAt } from "./commit-message.ts";

/** The worktree becomes an immutable commit on a branch of its own: kept, whatever the judges say of it. */
export async function submitAttempt(
  deps: PipelineDeps,
  job: AttemptJob,
  claims: Submission["claims"],
): Promise<Submission | AttemptFailure> {
  const { run, task, attempt, folder } = job;
  const headSha = await deps.git.commitWorktree(folder, {
    message: attemptMessage(run, task, attempt),
    author: signatureAt(attempt.startedAt),
    parent: attempt.baseSha,
  });
  if (headSha === null) {
    return {
      kind: "gate",
      summary: "the change is empty",
      details: ["Nothing in the worktree was changed."],
    };
  }
  const ref = taskRef(run.id, task, attempt);
  await deps.git.updateRef(ref, { expected: await deps.git.resolve(ref), next: headSha });
  const submission = await describeSubmission(deps, job, headSha, claims);
  await settleAttempt(deps, job, { type: "completed", submissionId: submission.id }, submission);
  return submission;
}

/** Files and lines are counted from the commits, never taken from the claims. */
async function describeSubmission(
  deps: PipelineDeps,
  { run, task, attempt }: AttemptJob,
  headSha: Sha,
  claims: Submission["claims"],
): Promise<Submission> {
  const changed = await deps.git.changedFiles(attempt.baseSha, headSha);
  return {
    id: makeId("sub", deps.ids.next()),
    attemptId: attempt.id,
    taskId: task.id,
    runId: run.id,
    baseSha: attempt.baseSha,
    headSha,
    tree: await deps.git.treeOf(headSha),
    files: changed.map((file) => file.path),
    linesAdded: changed.reduce((sum, file) => sum + (file.linesAdded ?? 0), 0),
    linesRemoved: changed.reduce((sum, file) => sum + (file.linesRemoved ?? 0), 0),
    claims,
    createdAt: deps.clock.now(),
  };
}
