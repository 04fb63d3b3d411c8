import { lintPlan, type PlanLint } from "../domain/planning/plan-lint.ts";
import type { PlannedTask, TaskPlan } from "../domain/planning/task-plan.ts";

export function planned(id: string, overrides: Partial<PlannedTask> = {}): PlannedTask {
  return {
    id,
    title: `Task ${id}`,
    description: "",
    priority: "medium",
    type: "feature",
    dependsOn: [],
    files: [`src/${id}.ts`],
    acceptance: [["npm", "test"]],
    builder: { kind: "model" },
    ...overrides,
  };
}

export function plan(tasks: readonly PlannedTask[], overrides: Partial<TaskPlan> = {}): TaskPlan {
  return { tasks, sizeReason: "small on purpose", ...overrides };
}

/** The plan as the linter leaves it, where it accepts it. */
export function accept(given: TaskPlan): Extract<PlanLint, { kind: "accepted" }> {
  const lint = lintPlan(given);
  if (lint.kind === "refused") throw new Error(lint.problems.join("\n"));
  return lint;
}
