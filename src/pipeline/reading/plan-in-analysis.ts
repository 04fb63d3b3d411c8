import type { Analysis } from "../../domain/analysis.ts";
import type { Plan } from "../../domain/plan.ts";
import { readPlan } from "./read-plan.ts";

/**
 * Many models answer the question how hard a task is with how to do it: phases and files. That is read out of the same
 * text and bound to the files that there are. Null: it proposes nothing.
 */
export function planInAnalysis({ raw, parsed }: Analysis, paths: readonly string[]): Plan | null {
  const plan = readPlan({ text: raw, finish: parsed?.reading.finish ?? "other" }, paths);
  return plan.phases.length === 0 && plan.files.length === 0 ? null : plan;
}
