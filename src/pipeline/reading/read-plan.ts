import type { ReadingRung } from "../../domain/analysis.ts";
import type { FileChange, Plan } from "../../domain/plan.ts";
import { fileProblems } from "./file-problems.ts";
import { planFromMarkdown } from "./plan-from-markdown.ts";
import { planFromObject } from "./plan-from-object.ts";
import { planShape } from "./plan-shape.ts";
import { type Answer, readJsonAnswer, type Rung, withoutThinking } from "./read-json-answer.ts";

/** Raised by every change that may read a stored answer otherwise. */
const planParserVersion = 1;

/**
 * Reads a plan and binds it to the files of a repository. Never throws. What cannot be bound is in the plan with its
 * reason: nothing is left out, and nothing is guessed.
 */
export function readPlan(answer: Answer, paths: readonly string[]): Plan {
  const json = readJsonAnswer(answer, planShape);
  if (json.kind === "read")
    return rate(planFromObject(json.value, paths), answer, { rung: rungs[json.rung], problems: [] });
  const isWithheld = answer.finish === "refusal" || answer.finish === "filter";
  const plan = planFromMarkdown(isWithheld ? "" : withoutThinking(answer.text), paths);
  const isPlan = plan.phases.length > 0 || plan.files.length > 0;
  return rate(plan, answer, { rung: isPlan ? "labels" : "unreadable", problems: json.problems });
}

const rungs: Readonly<Record<Rung, ReadingRung>> = {
  whole: "json",
  part: "json_part",
  mended: "json_mended",
};

/** How far each rung is trusted when every file could be bound. */
const trust: Readonly<Record<ReadingRung, number>> = {
  json: 1,
  json_part: 0.95,
  json_mended: 0.8,
  labels: 0.6,
  prose: 0,
  unreadable: 0,
};

function rate(
  plan: Omit<Plan, "reading">,
  { finish }: Answer,
  how: { readonly rung: ReadingRung; readonly problems: readonly string[] },
): Plan {
  const bound = plan.files.filter(isSettled).length;
  const share = plan.files.length === 0 ? 0.5 : bound / plan.files.length;
  const confidence = Math.round(trust[how.rung] * share * (finish === "stop" ? 1 : 0.7) * 100) / 100;
  const problems = [...how.problems, ...fileProblems(plan.files)];
  return { ...plan, reading: { ...how, problems, confidence, finish, parserVersion: planParserVersion } };
}

function isSettled({ kind, target }: FileChange): boolean {
  return kind === "example" || target.kind !== "unbound";
}
