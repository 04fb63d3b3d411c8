import { explainOverBudget } from "../../domain/money/budget.ts";
import { AasError } from "../../domain/errors.ts";
import type { Run } from "../../domain/run.ts";
import { filesBeyond } from "../../domain/planning/split-task.ts";
import type { Task } from "../../domain/task.ts";
import type { PlanRequest } from "../../ports/planner.ts";
import { askPlanners, insistOnPlan, type PlanDraft } from "../planning/draft-plan.ts";
import { notServed } from "../planning/not-served.ts";
import { readRepositoryFacts } from "../planning/repository-facts.ts";
import type { SplitDeps } from "./split-request.ts";

export type PartsDraft = Extract<PlanDraft, { kind: "drafted" }>;

/** Asks the planners for the parts of a task. What cannot be used after some tries is an error that says why. */
export async function draftParts(
  deps: Pick<SplitDeps, "db" | "git" | "planners">,
  run: Run,
  task: Task,
  signal: AbortSignal,
): Promise<PartsDraft> {
  const request = await partsRequest(deps, run, task);
  const draft = await insistOnPlan((ask) => askPlanners(deps.planners, { ...request, ...ask }, signal));
  switch (draft.kind) {
    case "drafted":
      return { ...draft, warnings: [...draft.warnings, ...scopeWarnings(task, draft)] };
    case "given_up":
      throw new AasError("plan_invalid", `No usable parts of ${task.key}: ${draft.complaints.join(" ")}`, {
        cure: `Say more in its description and repeat: aas task decompose ${task.key}`,
      });
    case "over_budget":
      throw new AasError("over_budget", explainOverBudget(draft), {
        cure: "Raise the cap under budget in aas.config.jsonc.",
      });
    case "not_served":
      throw notServed(draft.refusals);
  }
}

async function partsRequest(
  deps: Pick<SplitDeps, "db" | "git">,
  run: Run,
  task: Task,
): Promise<Omit<PlanRequest, "complaints" | "factTokens">> {
  const facts = await readRepositoryFacts(deps, run);
  // The task itself is open, and is what shall be planned.
  const openTasks = facts.openTasks.filter((line) => !line.startsWith(`${task.key} `));
  return { run, goal: task.title, details: describe(task), facts: { ...facts, openTasks }, series: 0 };
}

function describe({ key, description, files, acceptance }: Task): string {
  const commands = acceptance.map((command) => command.join(" "));
  return [
    `This is the task ${key}. It is too large for one builder: plan its parts, and nothing besides it.`,
    description,
    ...(files.length === 0 ? [] : [`It may change: ${files.join(", ")}`]),
    ...(commands.length === 0 ? [] : [`It is done when these pass: ${commands.join("; ")}`]),
  ]
    .filter((part) => part.trim() !== "")
    .join("\n\n");
}

function scopeWarnings(task: Task, { plan }: PartsDraft): readonly string[] {
  const files = filesBeyond(task, plan.tasks);
  return files.length === 0
    ? []
    : [`The parts change files that ${task.key} does not name: ${files.join(", ")}.`];
}
