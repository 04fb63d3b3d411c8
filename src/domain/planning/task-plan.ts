import type { Priority } from "../priority.ts";
import type { BuilderChoice } from "../task.ts";

/** What a planner makes of a goal: tasks with names of their own, not yet keys of the board. */
export interface TaskPlan {
  readonly tasks: readonly PlannedTask[];
  /** Why the number of tasks is outside five to ten, when it is. */
  readonly sizeReason: string | null;
}

export interface PlannedTask {
  /** Unique within the plan; edges use it. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly priority: Priority;
  readonly type: string;
  readonly dependsOn: readonly string[];
  readonly files: readonly string[];
  readonly acceptance: readonly (readonly string[])[];
  readonly builder: BuilderChoice;
}
