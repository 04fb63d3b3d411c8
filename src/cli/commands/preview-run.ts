import type { OpenedControl } from "../../app/project/open-control.ts";
import { type PlanQuestion, previewPlan } from "../../app/preview/preview-plan.ts";
import type { GivenSource } from "../../domain/run.ts";
import type { Options } from "../register.ts";
import { afterwardsLines, renderPlanPreview } from "../render/plan-preview-text.ts";
import type { CommandResult } from "../run-command.ts";

/** `--dry-run`: the plan, what it can cost and how long it may take. Nothing is built, and only what it cost is recorded. */
export async function previewRun(
  control: OpenedControl,
  question: PlanQuestion,
  options: Options,
): Promise<CommandResult> {
  const preview = await previewPlan(control, question);
  const command = commandOf(question.goal, question.source, options);
  const lines = [...renderPlanPreview(preview), `Run it:  ${command}`, ...afterwardsLines(preview)];
  return { text: lines.join("\n"), result: preview };
}

function commandOf(goal: string, source: GivenSource | null, options: Options): string {
  switch (source?.kind) {
    case "tasks":
      return `aas automate --tasks ${source.keys.join(",")}`;
    case "plan":
      return `aas automate ${JSON.stringify(goal)} --plan ${JSON.stringify(options["plan"])}`;
    case "goal":
    case undefined:
      return `aas automate ${JSON.stringify(goal)}`;
  }
}
