import type { IntegrationId, RunId } from "../../domain/ids.ts";
import { type Integration, integrationStatus } from "../../domain/integration.ts";
import type { Validation } from "../../domain/validation.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { mayGoOn } from "../driving/may-go-on.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { getIntegration } from "../queue/change-integration.ts";
import { driveQueue, type QueueStanding } from "../queue/drive-queue.ts";
import { enqueueRun } from "../queue/enqueue-run.ts";
import { rejectionOutcome } from "../queue/rejection-outcome.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";

/** Integration branch → the one commit that would land, judged in full against the base as it is now. */
export async function validate(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  const queued = await context.step("validate.enqueue", () => enqueueRun(deps, runId));
  if (typeof queued === "object") return queued;
  return driveQueue(context, deps, {
    name: "validate.look",
    mayLand: false,
    stand: () => standingOf(deps, runId, queued),
  });
}

async function standingOf(
  deps: PipelineDeps,
  runId: RunId,
  entryId: IntegrationId,
): Promise<QueueStanding<StageOutcome>> {
  if (!(await mayGoOn(deps, runId, "validate"))) return { kind: "end", end: { kind: "interrupted" } };
  const entry = await getIntegration(deps.db, entryId);
  const outcome = await outcomeOf(deps, entry);
  return outcome === null ? { kind: "in_queue", entry } : { kind: "end", end: outcome };
}

/** Null while its candidate is not made or not judged, or its failure is not noted yet. */
async function outcomeOf(deps: PipelineDeps, entry: Integration): Promise<StageOutcome | null> {
  const { candidate, lastCheck, outcome } = entry;
  if (outcome?.kind === "rejected") return rejectionOutcome(entry.runId, outcome);
  if (candidate === null || lastCheck === null) return null;
  const status = integrationStatus(entry, candidate.baseSha);
  if (status === "checking" || status === "failed") return null;
  const validation = await deps.db.validations.find(lastCheck.validationId);
  return validation === null ? null : checkedOutcome(validation);
}

function checkedOutcome({ checks, score }: Validation): StageOutcome {
  const cases = checks.filter((check) => check.kind !== "acceptance").flatMap((check) => check.cases);
  const passed = cases.filter((each) => each.outcome === "passed").length;
  return {
    kind: "finished",
    status: "success",
    output: `${passed} ${passed === 1 ? "test passes" : "tests pass"}, score ${score.toFixed(2)}`,
    metrics: { checks: checks.length, tests: cases.length, passed, score },
  };
}
