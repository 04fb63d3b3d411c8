import type { IntegrationId, RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { describeLoss, headOfRun } from "../building/head-of-run.ts";
import { retryCommand, type StageOutcome } from "../driving/stage-outcome.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { enqueue } from "./enqueue.ts";

/**
 * Puts what a run has collected into the queue; after a rejection it is another entry of the same work. A branch that does
 * not have that work is not queued: it would land without it.
 */
export async function enqueueRun(deps: PipelineDeps, runId: RunId): Promise<IntegrationId | StageOutcome> {
  const run = await deps.db.runs.get(runId);
  const head = await headOfRun(deps, run);
  if (head.kind === "lost") return lostOutcome(run, head);
  const needsApproval = run.policy.requireApproval || !run.policy.mergeAuto;
  const source = head.kind === "stands" ? head.sha : run.baseSha;
  const entry = await enqueue(deps, run, { kind: "run", source, needsApproval });
  return entry.id;
}

/** Null: its branch has all that it collected. */
export async function findLoss(deps: PipelineDeps, runId: RunId): Promise<StageOutcome | null> {
  const run = await deps.db.runs.get(runId);
  const head = await headOfRun(deps, run);
  return head.kind === "lost" ? lostOutcome(run, head) : null;
}

function lostOutcome(run: Run, head: Parameters<typeof describeLoss>[1]): StageOutcome {
  const message = `${describeLoss(run, head)}. A retry builds it again, and keeps what is there.`;
  return { kind: "failed", code: "work_lost", message, cure: retryCommand(run.id) };
}
