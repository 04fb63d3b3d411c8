import type { Price } from "../domain/budget.ts";
import type { Model, ModelReply, ModelRequest } from "../ports/model.ts";

export type Script = (request: ModelRequest, call: number) => string | ModelReply | Error;

export interface ScriptedModel extends Model {
  readonly requests: readonly ModelRequest[];
}

/** A model whose answers, refusals and outages are written by the test. */
export function scriptedModel(
  script: Script,
  price: Price | null = { inputMicroUsdPerMillion: 0, outputMicroUsdPerMillion: 0 },
): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    provider: "scripted",
    name: "scripted-1",
    price,
    requests,
    complete: async (request) => {
      requests.push(request);
      const answer = script(request, requests.length);
      if (answer instanceof Error) throw answer;
      if (typeof answer !== "string") return answer;
      return { text: answer, finish: "stop", usage: { inputTokens: 1000, outputTokens: 500 } };
    },
  };
}
