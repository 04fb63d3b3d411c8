import { AasError } from "../../domain/errors.ts";
import type { Planner, PlannerRefusal } from "../../ports/planner.ts";

/** Refused before anything is recorded: no planner that is configured serves the goal. */
export function assertServed(planners: readonly Planner[], goal: string): void {
  const refusals: PlannerRefusal[] = [];
  for (const planner of planners) {
    const refusal = planner.refusalOf(goal);
    if (refusal === null) return;
    refusals.push(refusal);
  }
  const reasons = refusals.map(({ reason }) => reason);
  throw new AasError("no_model", reasons.join(" ") || "No planner is configured.", {
    cure: refusals.map(({ cure }) => cure).join(" "),
  });
}
