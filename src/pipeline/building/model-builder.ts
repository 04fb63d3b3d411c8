import type { Builder, BuildOrder, BuildOutcome } from "../../ports/builder.ts";
import type { Edits } from "../../ports/edits.ts";
import type { Git } from "../../ports/git.ts";
import type { Model } from "../../ports/model.ts";
import type { PriceTable } from "../../ports/price-table.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import { askModel } from "../paying/ask-model.ts";
import { readScope } from "./read-scope.ts";
import { attemptKey } from "../names.ts";
import type { Prompts } from "../prompting/prompts.ts";
import { buildRequest } from "../prompting/requests.ts";

export interface ModelBuilderDeps extends RecordingDeps {
  readonly git: Git;
  readonly model: Model;
  readonly edits: Edits;
  readonly prices: PriceTable;
  readonly prompts: Prompts;
}

/** Builds with a language model that answers in file operations. */
export function makeModelBuilder(deps: ModelBuilderDeps): Builder {
  return {
    name: "model",
    build: (order, signal) => build(deps, order, signal),
  };
}

async function build(deps: ModelBuilderDeps, order: BuildOrder, signal: AbortSignal): Promise<BuildOutcome> {
  const request = buildRequest(deps.prompts, {
    ...order,
    goal: order.run.goal,
    files: await readScope(deps.git, order.task, order.baseSha),
  });
  const answer = await askModel(deps, order.run, { key: attemptKey(order.attemptId), request }, signal);
  if (answer.kind === "over_budget") return answer;
  const { finish, text } = answer.reply;
  // Servers that speak a provider's protocol have words of their own for the end; whether it is whole, the edits tell.
  if (finish !== "stop" && finish !== "other") {
    const details = ["The answer was cut off or refused; answer with fewer or smaller operations."];
    return { kind: "failed", summary: `the model stopped early (${finish})`, details };
  }
  const outcome = await deps.edits.apply(text, order.worktree);
  if (outcome.kind === "refused") {
    return { kind: "failed", summary: "the answer could not be applied", details: outcome.problems };
  }
  return { kind: "built", claims: { files: outcome.files } };
}
