import { type Ask, makeModelPlanner } from "../pipeline/planning/model-planner.ts";
import type { Prompts } from "../pipeline/prompting/prompts.ts";
import type { Planner } from "../ports/planner.ts";
import { composeBlueprints } from "./compose-blueprints.ts";

/** Blueprints serve their goals for nothing, so they are asked first; a model, where there is one, plans all the others. */
export async function composePlanners(prompts: Prompts, ask: Ask | null): Promise<readonly Planner[]> {
  const { planner } = await composeBlueprints();
  return ask === null ? [planner] : [planner, makeModelPlanner(prompts, ask)];
}
