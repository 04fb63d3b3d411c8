import { AasError } from "../../domain/errors.ts";
import { type GivenSource, isPastBuilding, type Run } from "../../domain/run.ts";
import type { Stores } from "../../ports/database.ts";
import { assertUsableSource } from "../planning/assert-usable-source.ts";
import { judgeOutcome } from "../planning/draft-plan.ts";
import { noChecksError } from "../planning/no-checks.ts";
import { parseTaskPlan } from "../planning/parse-task-plan.ts";
import { type RecordPlanDeps, writePlan } from "../planning/record-plan.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { retryCommand } from "../driving/stage-outcome.ts";

/**
 * What a person gives a stopped run to work on instead. Before its tasks are made the run itself takes it up; afterwards a
 * new plan is compared with what is there, and finished work stays. False: a task was changed meanwhile.
 */
export async function takeNewSource(
  deps: RecordPlanDeps,
  stores: Stores,
  run: Run,
  source: GivenSource,
): Promise<boolean> {
  await assertUsableSource(stores, run.projectId, source);
  const tasks = await stores.tasks.listOfRun(run.id);
  if (tasks.length === 0) return true;
  if (source.kind !== "plan" || isPastBuilding(run.state)) throw tooLate(run, source);
  const parsed = parseTaskPlan(source.json);
  const outcome = parsed.kind === "parsed" ? ({ ...parsed, kind: "planned" } as const) : parsed;
  const draft = judgeOutcome(outcome, run.policy.checks);
  if (draft.kind === "refused") throw noChecksError(draft.unproven);
  return draft.kind !== "drafted" || (await writePlan(deps, stores, run, draft));
}

function tooLate(run: Run, source: GivenSource): AasError {
  const state = `Run ${run.id} is ${describeRunState(run.state)} and cannot take other work.`;
  if (source.kind !== "plan")
    return new AasError("conflict", `${state} It has its tasks; only a whole plan can replace them.`, {
      cure: "Give the plan with --plan.",
    });
  return new AasError("conflict", `${state} Its tasks are built.`, {
    cure: run.state.status === "failed" ? retryCommand(run.id) : "Start another run.",
  });
}
