import type { AttemptFailure } from "../../domain/attempt.ts";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Submission } from "../../domain/submission.ts";
import type { Task } from "../../domain/task.ts";
import { judgeCommit } from "../judging/judge-commit.ts";
import { describeFailures } from "../judging/validate-tree.ts";
import { integrationRef, seriesOf } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { changeTask } from "../recording/change-task.ts";
import { getHeadOfRun } from "./head-of-run.ts";
import { collectedMessage, readTrailer, signatureAt } from "../queue/commit-message.ts";

const maxRaces = 20;

/**
 * Puts an accepted submission onto the run's integration branch by compare-and-swap. What others put there meanwhile is
 * merged with it and the merge is judged again. Null: collected.
 */
export async function collectSubmission(
  deps: PipelineDeps,
  job: { readonly run: Run; readonly task: Task },
  submission: Submission,
  signal: AbortSignal,
): Promise<AttemptFailure | null> {
  const ref = integrationRef(job.run.id);
  for (let race = 0; race < maxRaces; race += 1) {
    const head = await getHeadOfRun(deps, job.run);
    const earlier = await findCollected(deps, job.run, head, submission);
    if (earlier !== null) return markCollected(deps, job.task, submission, earlier);
    const merged = await mergeOnto(deps, job, submission, { head, signal });
    if (merged.kind === "failed") return merged.failure;
    if (await deps.git.updateRef(ref, { expected: head, next: merged.commit })) {
      return markCollected(deps, job.task, submission, merged.commit);
    }
  }
  throw new AasError("conflict", `Lost ${maxRaces} races for the integration branch.`, { retryable: true });
}

/** After a crash between the move of the branch and the note in the database, the branch itself tells. */
async function findCollected(
  deps: PipelineDeps,
  run: Run,
  head: Sha,
  submission: Submission,
): Promise<Sha | null> {
  const commits = await deps.git.commitsBetween(run.baseSha, head);
  const found = commits.find((commit) => readTrailer(commit.body, "Aas-Submission").includes(submission.id));
  return found?.sha ?? null;
}

async function markCollected(
  deps: PipelineDeps,
  task: Task,
  submission: Submission,
  sha: Sha,
): Promise<null> {
  await changeTask(deps, task.id, { type: "collected", submissionId: submission.id, sha });
  return null;
}

type Merged =
  | { readonly kind: "merged"; readonly commit: Sha }
  | { readonly kind: "failed"; readonly failure: AttemptFailure };

async function mergeOnto(
  deps: PipelineDeps,
  { run, task }: { readonly run: Run; readonly task: Task },
  submission: Submission,
  target: { readonly head: Sha; readonly signal: AbortSignal },
): Promise<Merged> {
  const { head, signal } = target;
  const merge = await deps.git.mergeTrees({
    ours: head,
    theirs: submission.headSha,
    base: submission.baseSha,
  });
  if (merge.kind === "conflict")
    return { kind: "failed", failure: await describeConflict(deps, submission, head, merge.files) };
  const commit = await deps.git.createCommit({
    tree: merge.tree,
    parents: [head],
    message: collectedMessage(run, task, submission.id),
    author: signatureAt(submission.createdAt),
  });
  if (merge.tree === submission.tree) return { kind: "merged", commit };
  const series = { series: `${seriesOf(run)}:${submission.id}`, baseSeries: seriesOf(run) };
  const subject = { commit, base: head, policy: run.policy, acceptance: task.acceptance, ...series };
  const validation = await judgeCommit(deps, subject, signal);
  if (validation.verdict === "passed") return { kind: "merged", commit };
  const details = describeFailures(validation);
  return {
    kind: "failed",
    failure: { kind: "conflict", summary: "merges cleanly but fails together with what landed", details },
  };
}

/** Both sides of every file in question, so that the next attempt can keep what was collected. */
async function describeConflict(
  deps: PipelineDeps,
  submission: Submission,
  head: Sha,
  files: readonly string[],
): Promise<AttemptFailure> {
  const details = await Promise.all(
    files.map(async (path) => {
      const yours = await deps.git.readFile(submission.headSha, path);
      const theirs = await deps.git.readFile(head, path);
      return `${path}\n--- as you wrote it\n${yours?.toString("utf8") ?? "(deleted)"}\n--- as it is now\n${theirs?.toString("utf8") ?? "(deleted)"}`;
    }),
  );
  return {
    kind: "conflict",
    summary: `conflicts with what landed meanwhile in ${files.join(", ")}`,
    details,
  };
}
