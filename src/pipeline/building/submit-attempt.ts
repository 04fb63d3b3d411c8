import type { AttemptFailure } from "../../domain/attempt.ts";
import { isAasError } from "../../domain/errors.ts";
import { makeId, type Sha } from "../../domain/ids.ts";
import type { Submission } from "../../domain/submission.ts";
import { taskRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { type AttemptJob, settleAttempt } from "./attempt-job.ts";
import { attemptMessage, signatureAt } from "../queue/commit-message.ts";

/** An attempt whose work is a submission: the judges come next. */
export interface HandedIn {
  readonly job: AttemptJob;
  readonly submission: Submission;
}

/**
 * The worktree becomes an immutable commit on a branch of its own: kept, whatever the judges say of it. Null: others
 * settled the attempt meanwhile, and nothing was handed in.
 */
export async function submitAttempt(
  deps: PipelineDeps,
  job: AttemptJob,
  claims: Submission["claims"],
): Promise<HandedIn | AttemptFailure | null> {
  const { run, task, attempt } = job;
  const headSha = await commitWork(deps, job);
  if (typeof headSha !== "string") return headSha;
  const ref = taskRef(run.id, task, attempt);
  await deps.git.updateRef(ref, { expected: await deps.git.resolve(ref), next: headSha });
  const submission = await describeSubmission(deps, job, headSha, claims);
  const event = { type: "completed", submissionId: submission.id } as const;
  const completed = await settleAttempt(deps, job, event, submission);
  return completed === null ? null : { job: { ...job, attempt: completed }, submission };
}

/** What cannot be a commit (a hostile name, a repository in the repository) is the builder's fault, and told to it. */
async function commitWork(
  deps: PipelineDeps,
  { run, task, attempt, folder }: AttemptJob,
): Promise<Sha | AttemptFailure> {
  try {
    const headSha = await deps.git.commitWorktree(folder, {
      message: attemptMessage(run, task, attempt),
      author: signatureAt(attempt.startedAt),
      parent: attempt.baseSha,
    });
    return headSha ?? refused("the change is empty", "Nothing in the worktree was changed.");
  } catch (error) {
    if (!isAasError(error, "not_allowed")) throw error;
    return refused("the gate refused it", error.message);
  }
}

function refused(summary: string, detail: string): AttemptFailure {
  return { kind: "gate", summary, details: [detail] };
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
