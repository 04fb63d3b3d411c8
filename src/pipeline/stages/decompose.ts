import { explainOverBudget } from "../../domain/money/budget.ts";
import type { RunId } from "../../domain/ids.ts";
import { shapeOf } from "../../domain/graph/graph-shape.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { syncBoard } from "../board/sync-board.ts";
import { judgeBase } from "../judging/judge-base.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { adoptTasks } from "../planning/adopt-tasks.ts";
import {
  askPlanners,
  insistOnPlan,
  judgeOutcome,
  type PlanAsk,
  type PlanDraft,
  type Unusable,
} from "../planning/draft-plan.ts";
import { noChecksOutcome } from "../planning/no-checks.ts";
import { parseTaskPlan } from "../planning/parse-task-plan.ts";
import { recordPlan } from "../planning/record-plan.ts";
import { readRepositoryFacts } from "../planning/repository-facts.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { makeEvent } from "../recording/make-event.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";

/** Goal → tasks on the board, queued. A plan that cannot be read is asked for again with the complaint, never guessed. */
export async function decompose(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  const base = await context.step("decompose.base", () => judgeBase(deps, runId, context.signal));
  if (base !== null) return base;
  const planned = await insistOnPlan<PlanAttempt>((ask, round) =>
    context.step(`decompose.plan.${round}`, () => makePlan(deps, runId, ask, context.signal)),
  );
  if (planned.kind !== "given_up") return planned;
  if (planned.unproven.length > 0) return noChecksOutcome(planned.unproven);
  const tries = planned.tries === 1 ? "1 try" : `${planned.tries} tries`;
  const message = `No usable plan after ${tries}: ${planned.complaints.join(" ")} Resume to ask again, or with --plan or --tasks to give one.`;
  return needsPlan(message);
}

type PlanAttempt = StageOutcome | Unusable;

async function makePlan(
  deps: PipelineDeps,
  runId: RunId,
  ask: PlanAsk,
  signal: AbortSignal,
): Promise<PlanAttempt> {
  const run = await deps.db.runs.get(runId);
  const existing = await deps.db.tasks.listOfRun(runId);
  if (existing.length > 0) return plannedOutcome(existing, []);
  await syncBoard(deps, run.projectId);
  if (run.source.kind === "tasks") {
    const adoption = await adoptTasks(deps, run, run.source.keys);
    return adoption.kind === "adopted" ? plannedOutcome(adoption.tasks, []) : adoption;
  }
  const draft =
    run.source.kind === "plan"
      ? readGivenPlan(run, run.source.json)
      : await askPlanners(deps.planners, await planRequestOf(deps, run, ask), signal);
  return settleDraft(deps, run, draft);
}

async function settleDraft(deps: PipelineDeps, run: Run, draft: PlanDraft): Promise<PlanAttempt> {
  switch (draft.kind) {
    case "drafted": {
      const tasks = await recordPlan(deps, run, draft);
      if (tasks === null) return { kind: "interrupted" };
      return plannedOutcome(tasks, [...draft.repairs, ...draft.warnings]);
    }
    case "refused":
      await tellRefused(deps, run, draft.problems);
      return run.source.kind === "plan" && draft.unproven.length === 0
        ? needsPlan(`The given plan cannot be used: ${draft.problems.join(" ")}`)
        : draft;
    case "declined":
      await tellRefused(deps, run, draft.problems);
      return draft;
    case "over_budget":
      return { kind: "paused", reason: "money", question: draft.cap, message: explainOverBudget(draft) };
    case "not_served":
      return needsPlan(draft.refusals.map(({ reason, cure }) => `${reason} ${cure}`).join(" "));
  }
}

function readGivenPlan(run: Run, json: string): PlanDraft {
  const parsed = parseTaskPlan(json);
  const outcome = parsed.kind === "parsed" ? ({ ...parsed, kind: "planned" } as const) : parsed;
  return judgeOutcome(outcome, run.policy.checks);
}

async function planRequestOf(deps: PipelineDeps, run: Run, ask: PlanAsk) {
  const facts = await readRepositoryFacts(deps, run);
  return { run, goal: run.goal, details: "", facts, series: await seriesOf(deps, run), ...ask };
}

/** How often a person was asked for a plan and had it asked again instead. The answers of before would come back otherwise. */
async function seriesOf({ db }: PipelineDeps, { id }: Run): Promise<number> {
  const events = await db.events.listOfRun(id);
  return events.filter(({ type, to }) => type === "run.paused" && to === needsPlanState).length;
}

const needsPlanState = describeRunState({ status: "paused", stage: "decompose", reason: "needs_plan" });

function needsPlan(message: string): StageOutcome {
  return { kind: "paused", reason: "needs_plan", message };
}

async function tellRefused(deps: PipelineDeps, run: Run, problems: readonly string[]): Promise<void> {
  const { projectId, id } = run;
  await deps.db.events.append([
    makeEvent(deps, { projectId, runId: id, type: "plan.refused", subject: id, reason: problems.join(" ") }),
  ]);
}

function plannedOutcome(tasks: readonly Task[], warnings: readonly string[]): StageOutcome {
  const shape = shapeOf(tasks);
  const first = tasks[0]?.key ?? "";
  const last = tasks.at(-1)?.key ?? "";
  const output = tasks.length === 1 ? `1 task, ${first}` : `${tasks.length} tasks, ${first} to ${last}`;
  const metrics = { tasks: tasks.length, criticalPath: shape.criticalPath, width: shape.width };
  return { kind: "finished", status: "success", output, warnings, metrics };
}
