import type { AasError } from "../../domain/errors.ts";
import { type Ask, makeModelPlanner } from "../../pipeline/planning/model-planner.ts";
import type { Prompts } from "../../pipeline/prompting/prompts.ts";
import type { Planner, PlannerRefusal } from "../../ports/planner.ts";
import { composeBlueprints } from "./compose-blueprints.ts";

/**
 * Blueprints serve their goals for nothing, so they are asked first; a model, where there is one, plans all the others.
 * `missingKey`: there is one that cannot be asked, and that is what the others are told.
 */
export async function composePlanners(
  prompts: Prompts,
  ask: Ask | null,
  missingKey: AasError | null = null,
): Promise<readonly Planner[]> {
  const { planner } = await composeBlueprints();
  if (missingKey !== null) return [withoutKey(planner, missingKey)];
  return ask === null ? [planner] : [planner, makeModelPlanner(prompts, ask)];
}

/** The key is what helps a goal that only a model serves: a model is named already. */
function withoutKey(planner: Planner, { message, cure }: AasError): Planner {
  const toRefusal = ({ reason }: PlannerRefusal): PlannerRefusal => ({
    reason: `${reason} ${message}`,
    cure: cure ?? "",
  });
  return {
    name: planner.name,
    refusalOf: (goal) => {
      const refusal = planner.refusalOf(goal);
      return refusal === null ? null : toRefusal(refusal);
    },
    plan: async (request, signal) => {
      const outcome = await planner.plan(request, signal);
      return outcome.kind === "not_served" ? { kind: "not_served", ...toRefusal(outcome) } : outcome;
    },
  };
}
