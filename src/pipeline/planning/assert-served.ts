import type { Planner, PlannerRefusal } from "../../ports/planner.ts";
import { notServed } from "./not-served.ts";

/** Refused before anything is recorded: no planner that is configured serves the goal. */
export function assertServed(planners: readonly Planner[], goal: string): void {
  const refusals: PlannerRefusal[] = [];
  for (const planner of planners) {
    const refusal = planner.refusalOf(goal);
    if (refusal === null) return;
    refusals.push(refusal);
  }
  throw notServed(refusals);
}
