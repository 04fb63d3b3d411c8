import type { OverBudget } from "../domain/money/budget.ts";
import type { TaskPlan } from "../domain/planning/task-plan.ts";
import type { Run } from "../domain/run.ts";
import type { RepositoryFacts } from "./repository-facts.ts";

/** Turns a goal into tasks. */
export interface Planner {
  readonly name: string;
  /** Why a goal is not served, before anything is recorded or spent; null when it is. */
  refusalOf(goal: string): PlannerRefusal | null;
  plan(request: PlanRequest, signal: AbortSignal): Promise<PlanOutcome>;
}

export interface PlanRequest {
  readonly run: Run;
  readonly goal: string;
  /** What else is known of it; empty where the goal says it all. */
  readonly details: string;
  readonly facts: RepositoryFacts;
  /** The most that the facts may take of a prompt. */
  readonly factTokens: number;
  /** Raised each time a person has it asked again after no plan could be used: other answers are wanted then. */
  readonly series: number;
  /** What was wrong with the plan before, word for word; empty the first time. */
  readonly complaints: readonly string[];
}

export type PlanOutcome =
  /** With what had to be mended to read it. */
  | { readonly kind: "planned"; readonly plan: TaskPlan; readonly repairs: readonly string[] }
  /** The answer could not be read as a plan. */
  | { readonly kind: "unreadable"; readonly problems: readonly string[] }
  /** It was refused, or withheld by a filter: the same question would be again, and is paid each time. */
  | { readonly kind: "declined"; readonly problems: readonly string[] }
  /** This planner does not serve such goals; another may. */
  | ({ readonly kind: "not_served" } & PlannerRefusal)
  | OverBudget;

export interface PlannerRefusal {
  readonly reason: string;
  readonly cure: string;
}
