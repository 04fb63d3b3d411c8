import { guardedChangeSubject } from "../../domain/approval.ts";
import type { AttemptFailure } from "../../domain/attempt.ts";
import { explainOverBudget } from "../../domain/money/budget.ts";
import { type AasError, isAasError, messageOf } from "../../domain/errors.ts";
import { type MoneyQuestion, moneyQuestionOf } from "../../domain/money/money-question.ts";
import type { ProviderWait } from "../../domain/calling/provider-gate.ts";
import type { Sha } from "../../domain/ids.ts";
import { settleAnalyses } from "../../domain/planning/settle-analyses.ts";
import type { Submission } from "../../domain/submission.ts";
import type { BuildOrder } from "../../ports/builder.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { askApproval } from "../approving/approvals.ts";
import { planInAnalysis } from "../reading/plan-in-analysis.ts";
import { readAsNow } from "../reading/read-analysis.ts";
import { changeRun } from "../recording/change-run.ts";
import { type AttemptJob, type AttemptTurn, openAttempt, settleAttempt } from "./attempt-job.ts";
import { collectSubmission } from "./collect.ts";
import { judgeSubmission } from "./judge-submission.ts";
import { type HandedIn, submitAttempt } from "./submit-attempt.ts";

export type AttemptEnd =
  | "collected"
  | "failed"
  /** The machine failed, not the builder: it costs no try. */
  | "abandoned"
  | "waiting_approval"
  /** The provider is not to be asked now: the same attempt goes on later. */
  | { readonly wait: ProviderWait }
  | "stopped";

/**
 * One attempt: worktree → builder → gate → checks → audit → integration branch. It picks up where a crashed process left
 * it: an attempt that was running starts over in a fresh worktree, one that was handed in is judged.
 */
export async function makeAttempt(
  deps: PipelineDeps,
  turn: AttemptTurn,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const job = await openAttempt(deps, turn);
  if (job === null) return "stopped";
  const { state } = job.attempt;
  if (state.status === "failed" || state.status === "abandoned") return state.status;
  if (state.status === "canceled") return "stopped";
  try {
    const handedIn = await uninterrupted(deps, job, signal, () => handIn(deps, job, signal));
    if (!isHandedIn(handedIn)) return handedIn;
    return await uninterrupted(deps, handedIn.job, signal, () => judge(deps, handedIn, signal));
  } finally {
    await deps.git.removeWorktree(job.folder);
  }
}

async function uninterrupted<Result>(
  deps: PipelineDeps,
  job: AttemptJob,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | AttemptEnd> {
  try {
    return await work();
  } catch (error) {
    return signal.aborted ? "stopped" : await interrupt(deps, job, error);
  }
}

async function interrupt(deps: PipelineDeps, job: AttemptJob, error: unknown): Promise<AttemptEnd> {
  const question = isAasError(error) ? moneyQuestionOf(error) : null;
  if (isAasError(error) && question !== null) return askForMoney(deps, job, error, question);
  if (isAasError(error, "provider_waiting") && error.waiting !== null) return { wait: error.waiting };
  deps.log.error({ attemptId: job.attempt.id, error }, "attempt interrupted");
  if (isAasError(error) && error.retryable && canWait(job, error)) return "abandoned";
  const abandoned = await settleAttempt(deps, job, { type: "abandoned", reason: messageOf(error) });
  return abandoned === null ? "stopped" : "abandoned";
}

/** An unknown price is a question to a person, never zero, and so is an unpaid bill; the attempt goes on when it is answered. */
async function askForMoney(
  deps: PipelineDeps,
  { run }: AttemptJob,
  error: AasError,
  question: MoneyQuestion,
): Promise<AttemptEnd> {
  const reason = `${error.message} ${error.cure ?? ""}`.trim();
  await changeRun(deps, run.id, { type: "paused", reason: "money" }, { reason, question });
  return "stopped";
}

/** What was paid for and handed in is kept through an outage of the judges, and a provider that is away is asked again. */
function canWait({ attempt }: AttemptJob, error: AasError): boolean {
  return error.code === "provider_unavailable" || attempt.state.status === "completed";
}

function isHandedIn(end: HandedIn | AttemptEnd): end is HandedIn {
  return typeof end === "object" && "submission" in end;
}

async function handIn(
  deps: PipelineDeps,
  job: AttemptJob,
  signal: AbortSignal,
): Promise<HandedIn | AttemptEnd> {
  const { state } = job.attempt;
  if (state.status === "completed") {
    const submission = await deps.db.attempts.findSubmission(state.submissionId);
    if (submission !== null) return { job, submission };
  }
  await deps.git.addWorktree(job.folder, job.attempt.baseSha);
  const outcome = await job.builder.build(await buildOrder(deps, job), signal);
  switch (outcome.kind) {
    case "over_budget":
      await changeRun(
        deps,
        job.run.id,
        { type: "paused", reason: "money" },
        { reason: explainOverBudget(outcome), question: outcome.cap },
      );
      return "stopped";
    case "failed":
      return fail(deps, job, { kind: "builder", summary: outcome.summary, details: outcome.details });
    case "built": {
      const submitted = await submitAttempt(deps, job, outcome.claims);
      if (submitted === null) return "stopped";
      return "kind" in submitted ? fail(deps, job, submitted) : submitted;
    }
  }
}

async function judge(
  deps: PipelineDeps,
  { job, submission }: HandedIn,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const judgement = await judgeSubmission(deps, job, submission, signal);
  if (judgement.kind === "needs_approval") return askAboutGuarded(deps, job, submission, judgement.findings);
  const failure =
    judgement.kind === "failed" ? judgement.failure : await collectSubmission(deps, job, submission, signal);
  return failure === null ? "collected" : fail(deps, job, failure);
}

async function buildOrder(
  deps: PipelineDeps,
  { run, task, attempt, folder }: AttemptJob,
): Promise<BuildOrder> {
  const attempts = await deps.db.attempts.listOfTask(task.id);
  const before = attempts.findLast((each) => each.id !== attempt.id && each.state.status === "failed");
  const analyses = await deps.db.batches.listAnalysesOfTask(run.id, task.key);
  const analysis = settleAnalyses(analyses.map(readAsNow));
  const landed = before === undefined ? [] : await deps.git.commitsBetween(before.baseSha, attempt.baseSha);
  return {
    run,
    task,
    attemptId: attempt.id,
    baseSha: attempt.baseSha,
    worktree: folder,
    analysis: analysis?.parsed ?? null,
    plan: analysis === null ? null : planInAnalysis(analysis, await pathsAt(deps, attempt.baseSha)),
    lastFailure: before?.state.status === "failed" ? before.state.failure : null,
    landedMeanwhile: landed.map((commit) => commit.title),
  };
}

async function pathsAt({ git }: PipelineDeps, commit: Sha): Promise<readonly string[]> {
  return (await git.listFiles(commit)).map(({ path }) => path);
}

async function fail(deps: PipelineDeps, job: AttemptJob, failure: AttemptFailure): Promise<AttemptEnd> {
  return (await settleAttempt(deps, job, { type: "failed", failure })) === null ? "stopped" : "failed";
}

async function askAboutGuarded(
  deps: PipelineDeps,
  { run, task }: AttemptJob,
  submission: Submission,
  findings: readonly string[],
): Promise<AttemptEnd> {
  const question = `${task.key} touches guarded files: ${findings.join(" ")} Allow it?`;
  await askApproval(deps, run, {
    subject: guardedChangeSubject(task.key),
    question,
    sha: submission.headSha,
  });
  return "waiting_approval";
}
