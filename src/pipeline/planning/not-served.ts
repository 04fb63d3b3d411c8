import { AasError } from "../../domain/errors.ts";
import type { PlannerRefusal } from "../../ports/planner.ts";

/** No planner that is there serves a goal: what each of them would need. */
export function notServed(refusals: readonly PlannerRefusal[]): AasError {
  const reasons = refusals.map(({ reason }) => reason).join(" ");
  return new AasError("no_model", reasons || "No planner is configured.", {
    cure: refusals.map(({ cure }) => cure).join(" "),
  });
}
