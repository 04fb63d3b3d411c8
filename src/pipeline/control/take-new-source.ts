import { AasError } from "../../domain/errors.ts";
import { currentStage, type Run, type GivenSource } from "../../domain/run.ts";
import type { Stage } from "../../domain/stage.ts";
import { assertUsableSource } from "../planning/assert-usable-source.ts";
import { judgeOutcome } from "../planning/draft-plan.ts";
import { noChecksError } from "../planning/no-checks.ts";
import { parseTaskPlan } from "../planning/parse-task-plan.ts";
import { recordPlan, type RecordPlanDeps } from "../planning/record-plan.ts";

/**
 * What a person gives a stopped run to work on instead. Before its tasks are made the run itself takes it up; afterwards a
 * new plan is compared with what is there, and finished work stays.
 */
export async function takeNewSource(deps: RecordPlanDeps, run: Run, source: GivenSource): Promise<void> {
  await assertUsableSource(deps.db, run.projectId, source);
  const stage = currentStage(run.state);
  if (stage === "decompose" || stage === null) return;
  if (source.kind !== "plan" || !replannable.has(stage)) throw tooLate(run, stage);
  const parsed = parseTaskPlan(source.json);
  const outcome = parsed.kind === "parsed" ? ({ ...parsed, kind: "planned" } as const) : parsed;
  const draft = judgeOutcome(outcome, run.policy.checks);
  if (draft.kind === "refused") throw noChecksError(draft.unproven);
  if (draft.kind === "drafted") await recordPlan(deps, run, draft.plan, draft.repairs);
}

/** Stages after which tasks are not looked at again. */
const replannable: ReadonlySet<Stage> = new Set(["batch", "wait", "implement"]);

function tooLate(run: Run, stage: Stage): AasError {
  const why = replannable.has(stage)
    ? "It has its tasks; only a whole plan can replace them."
    : "Its tasks are built.";
  return new AasError("conflict", `Run ${run.id} is at ${stage} and cannot take other work. ${why}`, {
    cure: replannable.has(stage) ? "Give the plan with --plan." : "Start another run.",
  });
}
