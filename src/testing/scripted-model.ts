import { type Price, plainPrice, plainTokens } from "../domain/money/price.ts";
import type { Model, ModelReply, ModelRequest } from "../ports/model.ts";
import type { PriceTable } from "../ports/price-table.ts";

export type Reply = string | ModelReply | Error;

export type Script = (request: ModelRequest, call: number, signal: AbortSignal) => Reply | Promise<Reply>;

export interface ScriptedModel extends Model {
  readonly requests: readonly ModelRequest[];
}

export const freeOfCharge: Price = plainPrice(0, 0);

/** A table that knows no model: each says its own price. */
export const emptyPriceTable: PriceTable = { priceOf: () => null };

/** A model whose answers, refusals and outages are written by the test. */
export function scriptedModel(script: Script, price: Price | null = freeOfCharge): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    provider: "scripted",
    name: "scripted-1",
    price,
    requests,
    complete: async (request, signal) => {
      requests.push(request);
      const answer = await script(request, requests.length, signal);
      if (answer instanceof Error) throw answer;
      if (typeof answer !== "string") return answer;
      return { text: answer, finish: "stop", usage: plainTokens(1000, 500), model: null };
    },
  };
}

/** One answer, or what makes it when it is asked for. */
export type Answer = Reply | ((request: ModelRequest, signal: AbortSignal) => Reply | Promise<Reply>);

export interface Part {
  /** Plans, one for each time it is asked; the last one again when it is asked more often. */
  readonly plans?: readonly Answer[];
  /** Analyses of tasks that are asked for alone. */
  readonly analyses?: readonly Answer[];
  /** Answers to the tasks by their titles, attempt after attempt; the last one again when there are more. */
  readonly builds?: Readonly<Record<string, readonly Answer[]>>;
  readonly price?: Price | null;
}

const plainAnalysis = JSON.stringify({ complexity: "low", blockers: [], firstStep: "Begin", steps: [] });

/** A model that plays a part: plans what it is told to, and builds each task as it is told to. */
export function playing({
  plans = [],
  analyses = [plainAnalysis],
  builds = {},
  price = freeOfCharge,
}: Part): ScriptedModel {
  const asked = new Map<string, number>();
  const next = (cue: string, answers: readonly Answer[]): Answer => {
    const count = asked.get(cue) ?? 0;
    asked.set(cue, count + 1);
    return answers[count] ?? answers.at(-1) ?? new Error(`The test has no answer for ${cue}`);
  };
  return scriptedModel((request, _call, signal) => {
    const title = titleOf(request);
    const answers: Readonly<Record<string, readonly Answer[]>> = { decompose: plans, analyse: analyses };
    const cue = request.purpose in answers ? request.purpose : title;
    const answer = next(cue, answers[cue] ?? builds[title] ?? []);
    return typeof answer === "function" ? answer(request, signal) : answer;
  }, price);
}

/** The title of the task that a request is about. */
export function titleOf({ prompt }: ModelRequest): string {
  return /^## Task\n(?<title>.*)$/mu.exec(prompt)?.groups?.["title"] ?? "";
}

/** An answer that writes these files, in the form that models are asked for. */
export function writing(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([path, text]) => `FILE: ${path}\n\`\`\`\n${text}${text.endsWith("\n") ? "" : "\n"}\`\`\`\n`)
    .join("\n");
}
