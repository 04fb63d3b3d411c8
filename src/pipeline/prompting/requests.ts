import type { AttemptFailure } from "../../domain/attempt.ts";
import type { ParsedAnalysis } from "../../domain/analysis.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Task } from "../../domain/task.ts";
import type { ModelRequest } from "../../ports/model.ts";
import type { PlanRequest } from "../../ports/planner.ts";
import { fitFacts } from "../planning/fit-facts.ts";
import { analysisSchema, planSchema } from "./answer-schemas.ts";
import { fillPrompt } from "./prompt-template.ts";
import { planText } from "./plan-text.ts";
import type { Prompts } from "./prompts.ts";

/** Requests are made of what they are about and nothing else: no dates, ids or paths of this machine. */
export function planRequest(
  { plan }: Prompts,
  { goal, details, facts, factTokens, complaints }: PlanRequest,
): ModelRequest {
  const values = { ...fitFacts(facts, factTokens), goal, details, complaints: complaints.join("\n") };
  return { ...fillPrompt(plan, values), purpose: "decompose", schema: planSchema, maxOutputTokens: 8_000 };
}

/** An answer that did not fit is asked for again with more room. */
export function analysisRequest(
  { analyse }: Prompts,
  goal: string,
  task: Task,
  roomFactor = 1,
): ModelRequest {
  const filled = fillPrompt(analyse, { goal, ...describeTask(task) });
  return { ...filled, purpose: "analyse", schema: analysisSchema, maxOutputTokens: 2_000 * roomFactor };
}

export interface BuildPromptParts {
  readonly goal: string;
  readonly task: Task;
  readonly analysis: ParsedAnalysis | null;
  readonly plan: Plan | null;
  readonly files: ReadonlyMap<string, string>;
  readonly lastFailure: AttemptFailure | null;
  readonly landedMeanwhile: readonly string[];
}

export function buildRequest({ build }: Prompts, parts: BuildPromptParts): ModelRequest {
  const { goal, task, analysis, plan, lastFailure } = parts;
  const contents = [...parts.files].map(([path, text]) => `--- ${path}\n${text}`).join("\n");
  const filled = fillPrompt(build, {
    goal,
    ...describeTask(task),
    steps: analysis?.steps.join("\n") ?? "",
    plan: plan === null ? "" : planText(plan),
    contents,
    lastFailure: lastFailure === null ? "" : [lastFailure.summary, ...lastFailure.details].join("\n"),
    landedMeanwhile: parts.landedMeanwhile.join("\n"),
    hint: task.hint ?? "",
  });
  return { ...filled, purpose: "build", schema: null, maxOutputTokens: 16_000 };
}

function describeTask(
  task: Task,
): Readonly<Record<"title" | "description" | "files" | "acceptance", string>> {
  return {
    title: task.title,
    description: task.description,
    files: task.files.join("\n"),
    acceptance: task.acceptance.map((command) => command.join(" ")).join("\n"),
  };
}
