import type { OverBudget } from "../../domain/money/budget.ts";
import type { CheckDefinition } from "../../domain/check.ts";
import { lintPlan } from "../../domain/planning/plan-lint.ts";
import type { TaskPlan } from "../../domain/planning/task-plan.ts";
import { unprovenTasks } from "../../domain/planning/unproven-tasks.ts";
import type { Planner, PlannerRefusal, PlanOutcome, PlanRequest } from "../../ports/planner.ts";
import { usualFactTokens } from "./fit-facts.ts";
import { complainAboutProof } from "./no-checks.ts";

/** A plan that can be worked on, or why there is none. */
export type PlanDraft =
  | { readonly kind: "drafted"; readonly plan: TaskPlan; readonly repairs: Notes; readonly warnings: Notes }
  /** What is wrong with the plan, for whoever made it. */
  | { readonly kind: "refused"; readonly problems: Notes; readonly unproven: Notes }
  /** No plan will come of asking again. */
  | { readonly kind: "declined"; readonly problems: Notes }
  | OverBudget
  | { readonly kind: "not_served"; readonly refusals: readonly PlannerRefusal[] };

type Notes = readonly string[];

/** What changes from one question to the next. */
export type PlanAsk = Pick<PlanRequest, "complaints" | "factTokens">;

const maxPlans = 3;
/** A model that lost its way in much text may find it in little: the last plan is asked for with a shorter prompt. */
const shortFactTokens = 1_500;

export type InsistedPlan<Draft> = Exclude<Draft, Unusable> | GivenUp;

/** An answer that is no plan, and whether another one may be. */
export type Unusable = Extract<PlanDraft, { readonly kind: "refused" | "declined" }>;

interface GivenUp {
  readonly kind: "given_up";
  /** How often it was asked for. */
  readonly tries: number;
  /** Each once. */
  readonly complaints: Notes;
  /** Ids of tasks of the last plan that nothing would prove. */
  readonly unproven: Notes;
}

/** Asks until a plan can be used: again with the complaint, then with a shorter prompt, then not any more. */
export async function insistOnPlan<Draft extends { readonly kind: string }>(
  ask: (question: PlanAsk, round: number) => Promise<Draft | Unusable>,
): Promise<InsistedPlan<Draft>> {
  // All of them: the same complaint twice must be another question, or the recorded answer would come back.
  const complaints: string[] = [];
  for (let round = 1; ; round += 1) {
    const factTokens = round < maxPlans ? usualFactTokens : shortFactTokens;
    const draft = await ask({ complaints: [...complaints], factTokens }, round);
    if (!isUnusable(draft)) return draft as Exclude<Draft, Unusable>;
    complaints.push(...shortened(draft.problems));
    if (round === maxPlans || draft.kind === "declined") {
      const unproven = draft.kind === "declined" ? [] : draft.unproven;
      return { kind: "given_up", tries: round, complaints: [...new Set(complaints)], unproven };
    }
  }
}

function isUnusable(draft: { readonly kind: string }): draft is Unusable {
  return draft.kind === "refused" || draft.kind === "declined";
}

const shownProblems = 20;

/** Hundreds of problems are one problem. */
function shortened(problems: Notes): Notes {
  if (problems.length <= shownProblems) return problems;
  return [...problems.slice(0, shownProblems), `… and ${problems.length - shownProblems} more problems.`];
}

/** One question to the planners, in their order: the first that serves the goal plans it. */
export async function askPlanners(
  planners: readonly Planner[],
  request: PlanRequest,
  signal: AbortSignal,
): Promise<PlanDraft> {
  const refusals: PlannerRefusal[] = [];
  for (const planner of planners) {
    const outcome = await planner.plan(request, signal);
    if (outcome.kind !== "not_served") return judgeOutcome(outcome, request.run.policy.checks);
    refusals.push({ reason: outcome.reason, cure: outcome.cure });
  }
  return { kind: "not_served", refusals };
}

/** A plan, from wherever it came, must be one that can be worked on and proved. */
export function judgeOutcome(
  outcome: Exclude<PlanOutcome, { kind: "not_served" }>,
  checks: readonly CheckDefinition[],
): PlanDraft {
  switch (outcome.kind) {
    case "over_budget":
    case "declined":
      return outcome;
    case "unreadable":
      return { kind: "refused", problems: outcome.problems, unproven: [] };
    case "planned": {
      const lint = lintPlan(outcome.plan);
      if (lint.kind === "refused") return { kind: "refused", problems: lint.problems, unproven: [] };
      const unproven = unprovenTasks(checks, lint.plan.tasks).map((task) => task.id);
      if (unproven.length > 0) return { kind: "refused", problems: complainAboutProof(unproven), unproven };
      return { ...lint, kind: "drafted", repairs: [...outcome.repairs, ...lint.repairs] };
    }
  }
}
