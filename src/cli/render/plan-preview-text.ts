import { renderMicroUsd, renderUsd } from "../../domain/money/budget.ts";
import type { PlanPreview } from "../../app/preview/preview-plan.ts";
import type { PlannedTask } from "../../domain/planning/task-plan.ts";
import type { PreviewCost } from "../../pipeline/planning/pay-preview.ts";
import type { MostMicroUsd } from "../../pipeline/planning/price-plan.ts";
import { countText } from "./count-text.ts";
import { renderDuration } from "./duration-text.ts";

/** The plan of a goal with its price and time, and what both of them assume. */
export function renderPlanPreview(preview: PlanPreview): readonly string[] {
  const { plan, repairs, warnings, shape, price } = preview;
  const prices = new Map(price?.tasks.map((each) => [each.id, each]));
  return [
    "Plan (not executed)",
    ...plan.tasks.map((task, index) => taskLine(task, index, prices.get(task.id))),
    ...repairs.map((repair) => `  repaired: ${repair}`),
    ...warnings.map((warning) => `  warning: ${warning}`),
    `${countText(plan.tasks.length, "task")}, ${shape.width} at once at most, ${shape.criticalPath} after each other`,
    ...priceLines(preview),
    ...timeLines(preview),
    ...planningLines(preview.planning),
  ];
}

function taskLine(task: PlannedTask, index: number, price: MostMicroUsd | undefined): string {
  const after = task.dependsOn.length > 0 ? `  after ${task.dependsOn.join(", ")}` : "";
  const cost = price === undefined ? "" : `  at most ${renderMicroUsd(price.atBatch ?? price.atSync)}`;
  return `  ${String(index + 1).padStart(2)}  ${task.title}  [${task.priority}]${after}${cost}\n      ${task.files.join(", ")}`;
}

function priceLines({ price, capMicroUsd }: PlanPreview): readonly string[] {
  if (price === null)
    return ["The price of the model is not known: set it under models.prices before you run it."];
  const { atBatch, atSync } = price.total;
  if (atSync === 0) return ["It costs nothing"];
  const amounts =
    atBatch === null
      ? renderMicroUsd(atSync)
      : `${renderMicroUsd(atBatch)} with analyses by batch, ${renderMicroUsd(atSync)} call by call`;
  const cap = renderUsd(capMicroUsd);
  const isPastCap = (atBatch ?? atSync) > capMicroUsd;
  return [
    `At most ${amounts}: one attempt a task, answers at full length, files as long as they are today`,
    isPastCap
      ? `The cap of the run is ${cap}: if it takes that much, it pauses there and asks (--budget <usd> sets another cap)`
      : `The cap of the run is ${cap}`,
  ];
}

/** What `aas automate` does after a look, so that nobody counts on what was only looked at. */
export function afterwardsLines({ planning }: Pick<PlanPreview, "planning">): readonly string[] {
  if (planning === null) return [];
  return ["That asks the model for a plan anew: it is paid again, and may be another plan"];
}

/** What the look itself has cost. */
export function planningLines(planning: PreviewCost | null): readonly string[] {
  if (planning === null) return [];
  const { runId, settledMicroUsd, reservedMicroUsd } = planning;
  const held =
    reservedMicroUsd === 0
      ? ""
      : `, ${renderMicroUsd(reservedMicroUsd)} held back for calls without an answer`;
  return [`Planning cost ${renderMicroUsd(settledMicroUsd)}${held} (aas report ${runId} --cost)`];
}

function timeLines({ time }: PlanPreview): readonly string[] {
  const { rounds, attemptMs, measuredAttempts, buildingMs, batchLimitMs } = time;
  const basis =
    measuredAttempts === 0
      ? "assumed, nothing was built here yet"
      : `the median of ${countText(measuredAttempts, "attempt")}`;
  return [
    `About ${renderDuration(buildingMs)} of building: ${countText(rounds, "round")} of ${renderAttempt(attemptMs)} (${basis}), one attempt a task`,
    ...(batchLimitMs === null
      ? []
      : [`Before that, batches: their provider may take up to ${renderDuration(batchLimitMs)}`]),
    "After that, the checks of the landing, and your answer where one is asked for",
  ];
}

/** Many of nothing would be something. */
function renderAttempt(milliseconds: number): string {
  return milliseconds < 1_000 ? "less than 1 s" : renderDuration(milliseconds);
}
