import { AasError } from "../domain/errors.ts";
import { parseGoal } from "../domain/goal.ts";
import { lintPlan } from "../domain/plan-lint.ts";
import type { RunSource } from "../domain/run.ts";
import type { Task } from "../domain/task.ts";
import { type GraphShape, shapeOf } from "../domain/graph-shape.ts";
import type { PlannedTask, TaskPlan } from "../domain/task-plan.ts";
import { reservationFor } from "../pipeline/reserve-usage.ts";
import type { Ask } from "../pipeline/planning/model-planner.ts";
import { usualFactTokens } from "../pipeline/planning/fit-facts.ts";
import { findNamedTasks } from "../pipeline/planning/adopt-tasks.ts";
import { parseTaskPlan } from "../pipeline/planning/parse-task-plan.ts";
import { draftRun } from "../pipeline/control/start-run.ts";
import { readRepositoryFacts } from "../pipeline/planning/repository-facts.ts";
import { toRunPolicy } from "../config/to-run-policy.ts";
import type { Model } from "../ports/model.ts";
import type { PlannerRefusal } from "../ports/planner.ts";
import { openRunnableModel } from "./compose-model.ts";
import { composePlanners } from "./compose-planners.ts";
import type { OpenedControl } from "./open-control.ts";

export interface PlanPreview {
  readonly plan: TaskPlan;
  readonly repairs: readonly string[];
  readonly warnings: readonly string[];
  readonly shape: GraphShape;
  readonly mostMicroUsd: number;
}

/** Plans a goal without recording anything. A model that plans is asked, and what that costs is its provider's to bill. */
export async function previewPlan(
  control: OpenedControl,
  goalText: string,
  source: RunSource | null,
): Promise<PlanPreview> {
  const goal = parseGoal(goalText);
  const model = (await openRunnableModel(control, control.base.config))?.model ?? null;
  const plan = await planFrom(control, source ?? { kind: "goal" }, { goal, model });
  const lint = lintPlan(plan);
  if (lint.kind === "refused") {
    throw new AasError("plan_invalid", lint.problems.join(" "), {
      cure: "Say the goal differently, or give --plan.",
    });
  }
  const shape = shapeOf(lint.plan.tasks.map((task) => ({ key: task.id, dependsOn: task.dependsOn })));
  return { ...lint, shape, mostMicroUsd: mostOf(lint.plan, model) };
}

async function planFrom(
  control: OpenedControl,
  source: RunSource,
  { goal, model }: { readonly goal: string; readonly model: Model | null },
): Promise<TaskPlan> {
  switch (source.kind) {
    case "goal":
      return askPlanners(control, goal, model);
    case "plan":
      return readPlan(source.json);
    case "tasks": {
      const tasks = await findNamedTasks(control.db, { projectId: control.home.id }, source.keys);
      return { tasks: tasks.map((task) => toPlanned(task, source.keys)), sizeReason: "named from the board" };
    }
  }
}

/** What a task waits for outside the named ones is the run's to judge, not the plan's. */
function toPlanned(task: Task, keys: readonly string[]): PlannedTask {
  const { key, title, description, priority, type, files, acceptance, builder } = task;
  const dependsOn = task.dependsOn.filter((each) => keys.includes(each));
  return { id: key, title, description, priority, type, dependsOn, files, acceptance, builder };
}

function readPlan(json: string): TaskPlan {
  const parsed = parseTaskPlan(json);
  if (parsed.kind === "parsed") return parsed.plan;
  throw new AasError("plan_invalid", parsed.problems.join(" "), {
    cure: "Mend the file; docs/cli.md shows what a plan looks like.",
  });
}

async function askPlanners(control: OpenedControl, goal: string, model: Model | null): Promise<TaskPlan> {
  const policy = toRunPolicy(control.base.config);
  const { baseSha } = control.base;
  const run = draftRun(control, {
    goal,
    policy,
    baseSha,
    projectId: control.home.id,
    baseBranch: control.settings.baseBranch,
  });
  const facts = await readRepositoryFacts(control, run);
  const refusals: PlannerRefusal[] = [];
  for (const planner of await composePlanners(control.prompts, model === null ? null : askDirectly(model))) {
    const outcome = await planner.plan(
      { run, goal, facts, factTokens: usualFactTokens, complaints: [] },
      AbortSignal.timeout(120_000),
    );
    if (outcome.kind === "planned") return outcome.plan;
    if (outcome.kind === "unreadable") throw new AasError("plan_invalid", outcome.problems.join(" "));
    if (outcome.kind === "not_served") refusals.push(outcome);
  }
  throw new AasError("no_model", refusals.map(({ reason }) => reason).join(" "), {
    cure: refusals.map(({ cure }) => cure).join(" "),
  });
}

/** Asked without a ledger: nothing is recorded, so nothing can be held back. */
function askDirectly(model: Model): Ask {
  return async (_run, { request }, signal) => ({
    kind: "answered",
    reply: await model.complete(request, signal),
  });
}

const promptCharactersPerTask = 30_000;
const outputTokensPerTask = 16_000;

/** A bound, not a guess: every task of a model with a full prompt and a full answer. */
function mostOf(plan: TaskPlan, model: Model | null): number {
  const price = model?.price ?? null;
  const tasks = plan.tasks.filter((task) => task.builder.kind === "model").length;
  if (price === null) return 0;
  const request = {
    purpose: "build",
    promptVersion: "",
    system: "",
    prompt: " ".repeat(promptCharactersPerTask),
    schema: null,
    maxOutputTokens: outputTokensPerTask,
  };
  return tasks * reservationFor(request, price);
}
