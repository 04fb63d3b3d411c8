import type { IntegrationId, RunId } from "../../domain/ids.ts";
import { type CheckResult, isExitStatus } from "../../domain/check.ts";
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
  const told = checks.filter((check) => check.kind !== "acceptance");
  const cases = told.filter((check) => !isExitStatus(check)).flatMap((check) => check.cases);
  const passed = cases.filter((each) => each.outcome === "passed").length;
  const parts = [...tellTests(passed), ...tellExits(told), `score ${score.toFixed(2)}`];
  return {
    kind: "finished",
    status: "success",
    output: parts.join(", "),
    warnings: checks.flatMap(({ name, state }) =>
      state.status === "forgiven" ? [`${name} ${state.reason}`] : [],
    ),
    metrics: { checks: checks.length, tests: cases.length, passed, score },
  };
}

function tellTests(passed: number): readonly string[] {
  if (passed === 0) return [];
  return [passed === 1 ? "1 test passes" : `${passed} tests pass`];
}

/** Of a command that reports no tests only this is known. */
function tellExits(checks: readonly CheckResult[]): readonly string[] {
  const names = checks.filter((check) => isExitStatus(check) && check.state.status === "passed");
  if (names.length === 0) return [];
  const [first] = names;
  return [
    names.length === 1 && first !== undefined
      ? `${first.name} exits with 0`
      : `${names.length} checks exit with 0`,
  ];
}
