import type { IntegrationId, RunId } from "../../domain/ids.ts";
import { type Integration, integrationStatus } from "../../domain/integration.ts";
import type { Validation } from "../../domain/validation.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { mayGoOn } from "../may-go-on.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { advanceQueue } from "../queue/advance-queue.ts";
import { getIntegration } from "../queue/change-integration.ts";
import { enqueueRun } from "../queue/enqueue-run.ts";
import { rejectionOutcome } from "../queue/rejection-outcome.ts";
import type { StageOutcome } from "../stage-outcome.ts";

/** Others may be using the queue; a wake signal or this brings us back. */
const lookAgainMs = 2_000;

/** Integration branch → the one commit that would land, judged in full against the base as it is now. */
export async function validate(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  const entryId = (await context.step("validate.enqueue", () => enqueueRun(deps, runId))) as IntegrationId;
  for (;;) {
    const look = await context.step("validate.look", () =>
      driveUntilChecked(deps, runId, entryId, context.signal),
    );
    if (look !== "waiting") return look;
    await context.waitSignal("wake", lookAgainMs);
  }
}

async function driveUntilChecked(
  deps: PipelineDeps,
  runId: RunId,
  entryId: IntegrationId,
  signal: AbortSignal,
): Promise<StageOutcome | "waiting"> {
  for (;;) {
    if (!(await mayGoOn(deps, runId, "validate"))) return { kind: "interrupted" };
    const outcome = await outcomeOf(deps, await getIntegration(deps.db, entryId));
    if (outcome !== null) return outcome;
    const { projectId, baseBranch } = await deps.db.runs.get(runId);
    const moved = await advanceQueue(deps, { projectId, branch: baseBranch }, { mayLand: false }, signal);
    if (moved === "idle") return "waiting";
  }
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
    output: `${passed} tests pass, score ${score.toFixed(2)}`,
    metrics: { checks: checks.length, tests: cases.length, passed, score },
  };
}
