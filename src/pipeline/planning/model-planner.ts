import type { Run } from "../../domain/run.ts";
import type { ModelRequest } from "../../ports/model.ts";
import type { Planner } from "../../ports/planner.ts";
import type { ModelAnswer } from "../paying/ask-model.ts";
import { parseTaskPlan } from "./parse-task-plan.ts";
import type { Prompts } from "../prompting/prompts.ts";
import { planRequest } from "../prompting/requests.ts";

export type Ask = (
  run: Run,
  ask: { readonly key: string; readonly request: ModelRequest },
  signal: AbortSignal,
) => Promise<ModelAnswer>;

/** Plans with a language model. Each complaint makes another request, and so another paid call with a key of its own. */
export function makeModelPlanner(prompts: Prompts, ask: Ask): Planner {
  return {
    name: "model",
    refusalOf: () => null,
    plan: async (request, signal) => {
      const { run, complaints, series } = request;
      const round = series === 0 ? `${run.epoch}` : `${run.epoch}.${series}`;
      const key = `${run.id}-plan-${round}-${complaints.length === 0 ? 1 : hashOf(complaints)}`;
      const answer = await ask(run, { key, request: planRequest(prompts, request) }, signal);
      if (answer.kind === "over_budget") return answer;
      const parsed = parseTaskPlan(answer.reply.text, answer.reply.finish);
      if (parsed.kind === "parsed") return { ...parsed, kind: "planned" };
      const isDeclined = answer.reply.finish === "refusal" || answer.reply.finish === "filter";
      return isDeclined ? { ...parsed, kind: "declined" } : parsed;
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
