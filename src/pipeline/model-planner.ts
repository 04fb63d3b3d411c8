import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Model } from "../ports/model.ts";
import type { Planner } from "../ports/planner.ts";
import { askModel } from "./ask-model.ts";
import { parseTaskPlan } from "./parse-task-plan.ts";
import { planRequest } from "./prompts.ts";

/** Plans with a language model. Each complaint makes another request, and so another paid call with a key of its own. */
export function makeModelPlanner(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly model: Model;
}): Planner {
  return {
    name: "model",
    refusalOf: () => null,
    plan: async (request, signal) => {
      const key = `${request.run.id}-plan-${request.run.epoch}-${request.complaints.length === 0 ? 1 : hashOf(request.complaints)}`;
      const answer = await askModel(deps, request.run, { key, request: planRequest(request) }, signal);
      if (answer.kind === "over_budget") return answer;
      const parsed = parseTaskPlan(answer.reply.text);
      return parsed.kind === "parsed" ? { kind: "planned", plan: parsed.plan } : parsed;
    },
  };
}

/** Names a list of complaints; not a secret, only different for different lists. */
function hashOf(complaints: readonly string[]): string {
  let hash = 7;
  for (const character of complaints.join("\n"))
    hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647;
  return hash.toString(36);
}
