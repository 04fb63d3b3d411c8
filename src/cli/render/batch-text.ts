import { isBatchSettled } from "../../domain/batch.ts";
import { renderMicroUsd } from "../../domain/money/budget.ts";
import type { AnalysisChoice, AnalysisSubmission } from "../../pipeline/control/submit-analyses.ts";
import type { AskedItem, BatchSummary } from "../../pipeline/queries/batch-summary.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { countOutcomes, providerRefOf } from "../documents/batch-document.ts";
import { countText } from "./count-text.ts";
import { renderDuration } from "./duration-text.ts";

/** What was sent, and how to go on from there. */
export function renderSubmitted({
  run,
  ...choice
}: Extract<AnalysisSubmission, { kind: "submitted" }>): string {
  const next = run.policy.holdAfterWait
    ? [`  aas batch implement ${run.id}    builds what was analysed`]
    : ["It builds them as soon as they are back (batch.autoImplement)."];
  return [
    `${run.id} has ${countText(choice.tasks.length, "task")} analysed: ${keysOf(choice.tasks)}`,
    ...renderLeftOut(choice),
    `  aas batch status ${run.id}`,
    `  aas batch results ${run.id}      when they are back`,
    ...next,
  ].join("\n");
}

export function renderPreview(choice: AnalysisChoice): string {
  const { tasks } = choice;
  const what =
    tasks.length === 0
      ? "Nothing new to analyse."
      : `Would have ${countText(tasks.length, "task")} analysed: ${keysOf(tasks)} (nothing was sent)`;
  return [what, ...renderLeftOut(choice)].join("\n");
}

export function renderLeftOut({ unproven }: AnalysisChoice): readonly string[] {
  if (unproven.length === 0) return [];
  return [
    `Left out, because nothing would prove the work: ${keysOf(unproven)}. Give them an acceptance command, or set checks.`,
  ];
}

function keysOf(tasks: AnalysisChoice["tasks"]): string {
  return tasks.map((task) => task.key).join(", ");
}

export function renderBatchList(summaries: readonly BatchSummary[], now: Date): string {
  if (summaries.length === 0) return "No batches yet. Have tasks analysed: aas batch submit";
  return summaries.map((summary) => listLine(summary, now)).join("\n");
}

function listLine(summary: BatchSummary, now: Date): string {
  const { batch, items } = summary;
  const parts = [
    `${batch.id}  ${wordOf(summary).padEnd(11)} ${describeOutcomes(items)}`,
    `${ageOf(summary, now)} old`,
    ...(summary.lookEveryMs === null ? [] : [`next look ${describeNextLook(summary)}`]),
    describeCost(summary),
    ...(providerRefOf(batch) === null ? [] : [`${batch.provider} ${providerRefOf(batch)}`]),
  ];
  return `${parts.join(" · ")}\n    ${batch.runId}`;
}

/** One batch with everything that is known of it. */
export function renderBatch(summary: BatchSummary, now: Date): string {
  const { batch, run, items } = summary;
  const fields: readonly (readonly [string, string])[] = [
    ["provider", [batch.provider, providerRefOf(batch) ?? ""].join("  ").trimEnd()],
    ["run", `${run.id}  ${describeRunState(run.state)}`],
    ["items", describeOutcomes(items)],
    ["why", batch.state.status === "failed" ? `${batch.state.trouble}: ${batch.state.reason}` : ""],
    ["age", ageOf(summary, now)],
    ["next look", describeNextLook(summary)],
    ["cost", describeCost(summary)],
  ];
  return [
    `${batch.id}  ${wordOf(summary)}`,
    ...fields.filter(([, value]) => value !== "").map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    "",
    ...items.map(itemLine),
    "",
    `Next  aas batch results ${batch.id}`,
  ].join("\n");
}

function wordOf({ batch, isDelayed }: BatchSummary): string {
  return isDelayed ? "delayed" : batch.state.status;
}

function ageOf({ batch }: BatchSummary, now: Date): string {
  return renderDuration(now.getTime() - batch.createdAt.getTime());
}

function describeNextLook({ batch, run, lookEveryMs }: BatchSummary): string {
  if (lookEveryMs !== null) return `within ${renderDuration(lookEveryMs)}`;
  return isBatchSettled(batch.state) ? "" : `none: the run is ${describeRunState(run.state)}`;
}

function describeCost({ spending }: BatchSummary): string {
  const { settledMicroUsd, reservedMicroUsd } = spending;
  const reserved = reservedMicroUsd === 0 ? "" : `, ${renderMicroUsd(reservedMicroUsd)} reserved`;
  return `${renderMicroUsd(settledMicroUsd)} settled${reserved}`;
}

function describeOutcomes(items: readonly AskedItem[]): string {
  return Object.entries(countOutcomes(items))
    .map(([status, count]) => `${count} ${status}`)
    .join(", ");
}

function itemLine({ taskKey, status, message }: AskedItem): string {
  return `  ${taskKey.padEnd(9)} ${status.padEnd(16)} ${message.split("\n")[0] ?? ""}`.trimEnd();
}
