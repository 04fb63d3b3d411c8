import { renderMicroUsd } from "../../domain/money/budget.ts";
import type { PartsPreview } from "../../app/preview/preview-parts.ts";
import type { Split } from "../../pipeline/splitting/split-task.ts";
import { countText } from "./count-text.ts";
import { planningLines } from "./plan-preview-text.ts";

interface Line {
  readonly name: string;
  readonly title: string;
  readonly priority: string;
  readonly dependsOn: readonly string[];
  readonly files: readonly string[];
}

/** What was made of a task, and how to go on with it. */
export function renderSplit({ run, parent, parts, repairs, warnings }: Split, costMicroUsd: number): string {
  const keys = parts.map(({ key }) => key);
  return [
    `${parent.key} has ${countText(parts.length, "part")}`,
    ...parts.map((part) => partLine({ ...part, name: part.key })),
    ...noteLines(repairs, warnings),
    `${parent.key} waits for ${parent.dependsOn.join(", ")}. It cost ${renderMicroUsd(costMicroUsd)} (${run.id}).`,
    `  aas automate --tasks ${keys.join(",")}`,
  ].join("\n");
}

/** The parts that a task would have now; a model that is asked again may answer otherwise. */
export function renderPartsPreview(key: string, { plan, repairs, warnings, cost }: PartsPreview): string {
  return [
    `Would make ${countText(plan.tasks.length, "part")} of ${key} (nothing was written)`,
    ...plan.tasks.map((task) => partLine({ ...task, name: task.id })),
    ...noteLines(repairs, warnings),
    ...planningLines(cost),
  ].join("\n");
}

function partLine({ name, title, priority, dependsOn, files }: Line): string {
  const after = dependsOn.length === 0 ? "" : `  after ${dependsOn.join(", ")}`;
  return `  ${name}  ${title}  [${priority}]${after}\n      ${files.join(", ")}`;
}

function noteLines(repairs: readonly string[], warnings: readonly string[]): readonly string[] {
  return [
    ...repairs.map((repair) => `  repaired: ${repair}`),
    ...warnings.map((warning) => `  warning: ${warning}`),
  ];
}
