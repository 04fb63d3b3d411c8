import type { OpenedControl } from "../../app/open-control.ts";
import { previewPlan } from "../../app/preview-plan.ts";
import type { RunSource } from "../../domain/run.ts";
import type { PlannedTask } from "../../domain/task-plan.ts";
import { renderUsd } from "../../domain/budget.ts";
import type { Options } from "../register.ts";
import { countText } from "../render/count-text.ts";
import type { CommandResult } from "../run-command.ts";

/** `--dry-run`: the plan and the most it can cost. Nothing is recorded and nothing is built. */
export async function previewRun(
  control: OpenedControl,
  goal: string,
  source: RunSource | null,
  options: Options,
): Promise<CommandResult> {
  const preview = await previewPlan(control, goal, source);
  const { plan, repairs, shape, mostMicroUsd } = preview;
  const lines = [
    "Plan (not executed)",
    ...plan.tasks.map(taskLine),
    ...repairs.map((repair) => `  repaired: ${repair}`),
    `${countText(plan.tasks.length, "task")}, ${shape.width} at once at most, ${shape.criticalPath} after each other`,
    `At most ${renderUsd(mostMicroUsd)}, with one attempt a task`,
    `Run it:  ${commandOf(goal, source, options)}`,
  ];
  return { text: lines.join("\n"), result: preview };
}

function commandOf(goal: string, source: RunSource | null, options: Options): string {
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

function taskLine(task: PlannedTask, index: number): string {
  const after = task.dependsOn.length > 0 ? `  after ${task.dependsOn.join(", ")}` : "";
  return `  ${String(index + 1).padStart(2)}  ${task.title}  [${task.priority}]${after}\n      ${task.files.join(", ")}`;
}
