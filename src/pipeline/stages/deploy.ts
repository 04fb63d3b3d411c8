import { landingSubject } from "../../domain/approval.ts";
import { type RunId, type Sha, shortSha } from "../../domain/ids.ts";
import { type Integration, integrationStatus } from "../../domain/integration.ts";
import type { Run } from "../../domain/run.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { mayGoOn } from "../driving/may-go-on.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { askApproval, findDecision } from "../approving/approvals.ts";
import { bringCheckout } from "../queue/bring-checkout.ts";
import { changeIntegration } from "../queue/change-integration.ts";
import { enqueueRun, findLoss } from "../queue/enqueue-run.ts";
import { closeTasks } from "../queue/close-tasks.ts";
import { changeDeployment, closeStaging, openDeployment } from "../queue/deployment.ts";
import { driveQueue, type QueueStanding } from "../queue/drive-queue.ts";
import { reject } from "../queue/reject.ts";
import { rejectionOutcome } from "../queue/rejection-outcome.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";

/** Validated head → landed on the base: staged, approved where the policy asks, moved to by compare-and-swap. */
export async function deploy(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  const lost = await context.step("deploy.requeue", () => requeueAfterRetry(deps, runId));
  if (lost !== null) return lost;
  return driveQueue(context, deps, {
    name: "deploy.look",
    mayLand: true,
    stand: () => standingOf(deps, runId),
  });
}

/** A run that failed here and was retried is in the queue anew: its old entry stays rejected. */
async function requeueAfterRetry(deps: PipelineDeps, runId: RunId): Promise<StageOutcome | null> {
  const { stageResults } = await deps.db.runs.get(runId);
  const hasFailed = stageResults.some((each) => each.stage === "deploy" && each.status === "failure");
  const queued = hasFailed ? await enqueueRun(deps, runId) : await findLoss(deps, runId);
  return typeof queued === "object" ? queued : null;
}

async function standingOf(deps: PipelineDeps, runId: RunId): Promise<QueueStanding<StageOutcome>> {
  if (!(await mayGoOn(deps, runId, "deploy"))) return { kind: "end", end: { kind: "interrupted" } };
  const run = await deps.db.runs.get(runId);
  const entry = await entryOf(deps, runId);
  const end = await endOf(deps, run, entry);
  return end === null ? { kind: "in_queue", entry } : { kind: "end", end };
}

async function endOf(deps: PipelineDeps, run: Run, entry: Integration): Promise<StageOutcome | null> {
  if (entry.outcome?.kind === "landed") return noteTasksDone(deps, run, entry, entry.outcome.sha);
  if (entry.outcome?.kind === "rejected") return rejectionOutcome(run.id, entry.outcome);
  return passApproval(deps, run, entry);
}

async function entryOf(deps: PipelineDeps, runId: RunId): Promise<Integration> {
  const entries = await deps.db.queue.listIntegrationsOfRun(runId);
  const entry = entries.findLast((each) => each.kind === "run");
  if (entry === undefined) throw new TypeError(`Run ${runId} is not in the queue`);
  return entry;
}

/** Null when nothing is asked now. A yes counts for the commit it was given to and no other. */
async function passApproval(deps: PipelineDeps, run: Run, entry: Integration): Promise<StageOutcome | null> {
  const { candidate } = entry;
  if (candidate === null || integrationStatus(entry, candidate.baseSha) !== "waiting_approval") return null;
  const { sha } = candidate;
  const deployment = await openDeployment(deps, entry);
  const question = `Merge ${shortSha(sha)} into ${entry.branch}?`;
  const subject = landingSubject(entry.id);
  await askApproval(deps, run, { subject, question, sha });
  const decision = await findDecision(deps, run.id, subject, sha);
  switch (decision.kind) {
    case "approved":
      await noteApproved(deps, entry, sha);
      return null;
    case "denied":
      await reject(deps, entry, "not_approved", [decision.reason]);
      return null;
    case "pending":
    case "not_asked": {
      const where = deployment.pullRequest === null ? "" : ` ${deployment.pullRequest}`;
      return { kind: "paused", reason: "approval", message: `${question}${where}` };
    }
  }
}

async function noteApproved(deps: PipelineDeps, entry: Integration, sha: Sha): Promise<void> {
  await changeIntegration(deps, entry.id, {
    type: "integration.approved",
    to: sha,
    patch: (current) => (current.approvedSha === sha ? null : { approvedSha: sha }),
  });
  await changeDeployment(deps, entry, { type: "approved" });
}

async function noteTasksDone(
  deps: PipelineDeps,
  run: Run,
  entry: Integration,
  landed: Sha,
): Promise<StageOutcome> {
  await closeStaging(deps, entry);
  const tasks = await closeTasks(deps, run, landed);
  const changed =
    entry.candidate === null ? [] : await deps.git.changedFiles(entry.candidate.baseSha, landed);
  const warnings = await bringCheckout(deps, run, landed);
  return {
    kind: "finished",
    status: "success",
    warnings,
    output: `landed on ${entry.branch} as ${shortSha(landed)}`,
    metrics: { tasks, files: changed.length },
  };
}
