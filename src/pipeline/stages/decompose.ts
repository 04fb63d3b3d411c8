import { explainOverBudget } from "../../domain/budget.ts";
import type { RunId } from "../../domain/ids.ts";
import { lintPlan } from "../../domain/plan-lint.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { shapeOf } from "../../domain/graph-shape.ts";
import { unprovenTasks } from "../../domain/unproven-tasks.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import type { PlanOutcome, PlanRequest } from "../../ports/planner.ts";
import { parseTaskPlan } from "../planning/parse-task-plan.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { syncBoard } from "../board/sync-board.ts";
import { judgeBase } from "../judging/judge-base.ts";
import { complainAboutProof, noChecksOutcome } from "../planning/no-checks.ts";
import { adoptTasks } from "../planning/adopt-tasks.ts";
import { recordPlan } from "../planning/record-plan.ts";
import { makeEvent } from "../recording/make-event.ts";
import { usualFactTokens } from "../planning/fit-facts.ts";
import { readRepositoryFacts } from "../planning/repository-facts.ts";
import type { StageOutcome } from "../stage-outcome.ts";

const maxPlans = 3;
/** A model that lost its way in much text may find it in little: the last plan is asked for with a shorter prompt. */
const shortFactTokens = 1_500;

/** Goal → tasks on the board, queued. A plan that cannot be read is asked for again with the complaint, never guessed. */
export async function decompose(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  const base = await context.step("decompose.base", () => judgeBase(deps, runId, context.signal));
  if (base !== null) return base;
  // All of them: the same complaint twice must be another question, or the recorded answer would come back.
  const complaints: string[] = [];
  for (let round = 1; round <= maxPlans; round += 1) {
    const ask = {
      complaints: [...complaints],
      factTokens: round < maxPlans ? usualFactTokens : shortFactTokens,
    };
    const attempt = await context.step(`decompose.plan.${round}`, () =>
      makePlan(deps, runId, ask, context.signal),
    );
    if (attempt.kind !== "refused") return attempt;
    if (attempt.unproven.length > 0 && round === maxPlans) return noChecksOutcome(attempt.unproven);
    complaints.push(...attempt.problems);
  }
  const message = `No usable plan after ${maxPlans} tries: ${complaints.join(" ")} Give one with --plan or --tasks and resume.`;
  return { kind: "paused", reason: "needs_plan", message };
}

type Ask = Pick<PlanRequest, "complaints" | "factTokens">;

type PlanAttempt =
  | StageOutcome
  | {
      readonly kind: "refused";
      readonly problems: readonly string[];
      /** Ids of tasks that nothing would prove. */
      readonly unproven: readonly string[];
    };

async function makePlan(
  deps: PipelineDeps,
  runId: RunId,
  ask: Ask,
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
  const drafted =
    run.source.kind === "plan" ? readGivenPlan(run.source.json) : await askPlanners(deps, run, ask, signal);
  if (drafted.kind !== "planned") return drafted;
  const lint = lintPlan(drafted.plan);
  if (lint.kind === "refused") return refusePlan(deps, run, lint.problems);
  const unproven = unprovenTasks(run.policy.checks, lint.plan.tasks).map((task) => task.id);
  if (unproven.length > 0) return refusePlan(deps, run, complainAboutProof(unproven), unproven);
  const repairs = [...drafted.repairs, ...lint.repairs];
  const tasks = await recordPlan(deps, run, lint.plan, repairs);
  return plannedOutcome(tasks, [...repairs, ...lint.warnings]);
}

type Draft = Extract<PlanOutcome, { kind: "planned" }> | PlanAttempt;

function readGivenPlan(json: string): Draft {
  const parsed = parseTaskPlan(json);
  return parsed.kind === "parsed"
    ? { ...parsed, kind: "planned" }
    : {
        kind: "paused",
        reason: "needs_plan",
        message: `The given plan cannot be used: ${parsed.problems.join(" ")}`,
      };
}

async function askPlanners(deps: PipelineDeps, run: Run, ask: Ask, signal: AbortSignal): Promise<Draft> {
  const facts = await readRepositoryFacts(deps, run);
  const refusals: string[] = [];
  for (const planner of deps.planners) {
    const outcome = await planner.plan({ run, goal: run.goal, facts, ...ask }, signal);
    switch (outcome.kind) {
      case "planned":
        return outcome;
      case "unreadable":
        return refusePlan(deps, run, outcome.problems);
      case "over_budget":
        return { kind: "paused", reason: "money", message: explainOverBudget(outcome) };
      case "not_served":
        refusals.push(`${outcome.reason} ${outcome.cure}`);
    }
  }
  return { kind: "paused", reason: "needs_plan", message: refusals.join(" ") };
}

async function refusePlan(
  deps: PipelineDeps,
  run: Run,
  problems: readonly string[],
  unproven: readonly string[] = [],
): Promise<PlanAttempt> {
  const { projectId, id } = run;
  await deps.db.events.append([
    makeEvent(deps, { projectId, runId: id, type: "plan.refused", subject: id, reason: problems.join(" ") }),
  ]);
  return { kind: "refused", problems, unproven };
}

function plannedOutcome(tasks: readonly Task[], warnings: readonly string[]): StageOutcome {
  const shape = shapeOf(tasks);
  const first = tasks[0]?.key ?? "";
  const last = tasks.at(-1)?.key ?? "";
  const output = tasks.length === 1 ? `1 task, ${first}` : `${tasks.length} tasks, ${first} to ${last}`;
  const metrics = { tasks: tasks.length, criticalPath: shape.criticalPath, width: shape.width };
  return { kind: "finished", status: "success", output, warnings, metrics };
}
