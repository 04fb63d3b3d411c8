import { explainOverBudget } from "../../domain/budget.ts";
import { makeId, type RunId, toTaskKey } from "../../domain/ids.ts";
import { lintPlan } from "../../domain/plan-lint.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { shapeOf } from "../../domain/task-graph.ts";
import type { TaskPlan } from "../../domain/task-plan.ts";
import { unprovenTasks } from "../../domain/unproven-tasks.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { parseTaskPlan } from "../parse-task-plan.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { syncBoard } from "../board/sync-board.ts";
import { judgeBase } from "../judging/judge-base.ts";
import { complainAboutProof, noChecksOutcome } from "../planning/no-checks.ts";
import { adoptTasks } from "../planning/adopt-tasks.ts";
import { planAccepted } from "../planning/plan-accepted.ts";
import { makeEvent } from "../recording/make-event.ts";
import { readRepositoryFacts } from "../repository-facts.ts";
import type { StageOutcome } from "../stage-outcome.ts";

const maxPlans = 3;

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
    const told = [...complaints];
    const attempt = await context.step(`decompose.plan.${round}`, () =>
      makePlan(deps, runId, told, context.signal),
    );
    if (attempt.kind !== "refused") return attempt;
    if (attempt.unproven.length > 0 && round === maxPlans) return noChecksOutcome(attempt.unproven);
    complaints.push(...attempt.problems);
  }
  const message = `No usable plan after ${maxPlans} tries: ${complaints.join(" ")} Give one with --plan or --tasks and resume.`;
  return { kind: "paused", reason: "needs_plan", message };
}

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
  complaints: readonly string[],
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
    run.source.kind === "plan"
      ? readGivenPlan(run.source.json)
      : await askPlanners(deps, run, complaints, signal);
  if (drafted.kind !== "planned") return drafted;
  const lint = lintPlan(drafted.plan);
  if (lint.kind === "refused") return refusePlan(deps, run, lint.problems);
  const unproven = unprovenTasks(run.policy.checks, lint.plan.tasks).map((task) => task.id);
  if (unproven.length > 0) return refusePlan(deps, run, complainAboutProof(unproven), unproven);
  const tasks = await insertTasks(deps, run, lint.plan, lint.repairs);
  return plannedOutcome(tasks, [...lint.repairs, ...lint.warnings]);
}

type Draft = { readonly kind: "planned"; readonly plan: TaskPlan } | PlanAttempt;

function readGivenPlan(json: string): Draft {
  const parsed = parseTaskPlan(json);
  return parsed.kind === "parsed"
    ? { kind: "planned", plan: parsed.plan }
    : {
        kind: "paused",
        reason: "needs_plan",
        message: `The given plan cannot be used: ${parsed.problems.join(" ")}`,
      };
}

async function askPlanners(
  deps: PipelineDeps,
  run: Run,
  complaints: readonly string[],
  signal: AbortSignal,
): Promise<Draft> {
  const facts = await readRepositoryFacts(deps, run);
  const refusals: string[] = [];
  for (const planner of deps.planners) {
    const outcome = await planner.plan({ run, goal: run.goal, facts, complaints }, signal);
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

async function insertTasks(
  deps: PipelineDeps,
  run: Run,
  plan: TaskPlan,
  repairs: readonly string[],
): Promise<readonly Task[]> {
  const numbers = await deps.db.tasks.allocateNumbers(run.projectId, plan.tasks.length, 1);
  const tasks = toTasks(deps, run, plan, numbers);
  await deps.db.transaction(async (stores) => {
    for (const task of tasks) await stores.tasks.insert(task);
    const created = tasks.map((task) =>
      makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "task.created",
        subject: task.key,
        to: task.title,
      }),
    );
    await stores.events.append([planAccepted(deps, run, tasks, repairs), ...created]);
    return true;
  });
  return tasks;
}

function toTasks(deps: PipelineDeps, run: Run, plan: TaskPlan, numbers: readonly number[]): readonly Task[] {
  const keys = new Map(
    plan.tasks.map((task, index) => [task.id, toTaskKey(`${run.policy.taskPrefix}-${numbers[index]}`)]),
  );
  const keyOf = (id: string): Task["key"] => keys.get(id) ?? toTaskKey(id);
  const now = deps.clock.now();
  return plan.tasks.map(({ id, dependsOn, ...planned }) => ({
    ...planned,
    id: makeId("tsk", deps.ids.next()),
    key: keyOf(id),
    projectId: run.projectId,
    runId: run.id,
    version: 1,
    dependsOn: dependsOn.map(keyOf),
    parent: null,
    assignee: run.assignee,
    state: { status: "queued" },
    hint: null,
    round: 1,
    createdAt: now,
    updatedAt: now,
  }));
}

function plannedOutcome(tasks: readonly Task[], warnings: readonly string[]): StageOutcome {
  const shape = shapeOf(tasks);
  const first = tasks[0]?.key ?? "";
  const last = tasks.at(-1)?.key ?? "";
  const output = tasks.length === 1 ? `1 task, ${first}` : `${tasks.length} tasks, ${first} to ${last}`;
  const metrics = { tasks: tasks.length, criticalPath: shape.criticalPath, width: shape.width };
  return { kind: "finished", status: "success", output, warnings, metrics };
}
