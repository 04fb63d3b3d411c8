import { guardedChangeSubject } from "../../domain/approval.ts";
import type { AttemptFailure } from "../../domain/attempt.ts";
import { combineVerdicts, type Audit } from "../../domain/audit.ts";
import { type GateFile, judgeChange } from "../../domain/gate.ts";
import { makeId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Submission } from "../../domain/submission.ts";
import type { Task } from "../../domain/task.ts";
import { judgeCommit } from "../judging/judge-commit.ts";
import { describeFailures } from "../judging/validate-tree.ts";
import { seriesOf } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { findDecision } from "../approving/approvals.ts";
import { makeEvent } from "../recording/make-event.ts";
import { readGateFiles } from "./gate-files.ts";
import { scopeOf } from "./scope.ts";

export type Judgement =
  | { readonly kind: "accepted" }
  | { readonly kind: "failed"; readonly failure: AttemptFailure }
  /** A guarded file is touched: a person decides, and the attempt is not burnt. */
  | { readonly kind: "needs_approval"; readonly findings: readonly string[] };

const accepted: Judgement = { kind: "accepted" };

/** Gate, then checks, then audit: the cheap and certain first. None of them reads what the builder claims. */
export async function judgeSubmission(
  deps: PipelineDeps,
  job: { readonly run: Run; readonly task: Task },
  submission: Submission,
  signal: AbortSignal,
): Promise<Judgement> {
  const gate = await passGate(deps, job, submission);
  if (gate.kind !== "accepted") return gate;
  const checks = await passChecks(deps, job, submission, signal);
  if (checks.kind !== "accepted") return checks;
  return passAudit(deps, job, submission, signal);
}

async function passGate(
  deps: PipelineDeps,
  { run, task }: { readonly run: Run; readonly task: Task },
  submission: Submission,
): Promise<Judgement> {
  const files: readonly GateFile[] = await readGateFiles(deps.git, submission);
  const { policy } = run;
  const verdict = judgeChange(files, { ...policy, scope: scopeOf(task) });
  switch (verdict.kind) {
    case "passed":
      return accepted;
    case "refused":
      return failed("gate", "the gate refused it", verdict.findings);
    case "needs_approval": {
      const decision = await findDecision(deps, run.id, guardedChangeSubject(task.key), submission.headSha);
      if (decision.kind === "approved") return accepted;
      if (decision.kind === "denied") return failed("approval", decision.reason, verdict.findings);
      return verdict;
    }
  }
}

async function passChecks(
  deps: PipelineDeps,
  { run, task }: { readonly run: Run; readonly task: Task },
  submission: Submission,
  signal: AbortSignal,
): Promise<Judgement> {
  const validation = await judgeCommit(
    deps,
    {
      commit: submission.headSha,
      base: submission.baseSha,
      policy: run.policy,
      acceptance: task.acceptance,
      series: `${seriesOf(run)}:${submission.id}`,
      baseSeries: seriesOf(run),
    },
    signal,
  );
  if (validation.verdict === "passed") return accepted;
  const details = describeFailures(validation);
  return failed("checks", details[0] ?? "checks failed", details);
}

async function passAudit(
  deps: PipelineDeps,
  { run, task }: { readonly run: Run; readonly task: Task },
  submission: Submission,
  signal: AbortSignal,
): Promise<Judgement> {
  const audits = await findOrMakeAudits(deps, { run, task }, submission, signal);
  if (combineVerdicts(audits) === "approved") return accepted;
  const findings = audits.flatMap((audit) =>
    audit.findings.map((each) => `${each.location ?? "change"}: ${each.description}`),
  );
  return failed("audit", "the audit asks for changes", findings);
}

async function findOrMakeAudits(
  deps: PipelineDeps,
  { run, task }: { readonly run: Run; readonly task: Task },
  submission: Submission,
  signal: AbortSignal,
): Promise<readonly Audit[]> {
  const existing = await deps.db.attempts.listAudits(submission.id);
  if (existing.length > 0) return existing;
  const files = await deps.git.changedFiles(submission.baseSha, submission.headSha);
  const diff = await deps.git.diff(submission.baseSha, submission.headSha);
  const audits: Audit[] = [];
  for (const auditor of deps.auditors) {
    const opinion = await auditor.audit({ task, files, diff }, signal);
    const { id, headSha } = submission;
    const createdAt = deps.clock.now();
    audits.push({
      id: makeId("aud", deps.ids.next()),
      submissionId: id,
      sha: headSha,
      auditor: auditor.name,
      ...opinion,
      createdAt,
    });
  }
  await deps.db.transaction(async (stores) => {
    for (const audit of audits) await stores.attempts.insertAudit(audit);
    const shared = { projectId: run.projectId, runId: run.id, subject: task.key };
    const told = audits.map((audit) =>
      makeEvent(deps, { ...shared, type: "audit.completed", to: audit.verdict, reason: audit.auditor }),
    );
    await stores.events.append(told);
    return true;
  });
  return audits;
}

function failed(kind: AttemptFailure["kind"], summary: string, details: readonly string[]): Judgement {
  return { kind: "failed", failure: { kind, summary, details } };
}
