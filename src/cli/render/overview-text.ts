import { renderUsd } from "../../domain/money/budget.ts";
import type { NeedsYou } from "../../pipeline/queries/needs-you.ts";
import type { RunSummary } from "../../pipeline/queries/run-summary.ts";

/** The first thing anybody looks at: what waits for a person stands on top. */
export function renderOverview(needs: readonly NeedsYou[], runs: readonly RunSummary[]): string {
  const running = runs.filter(({ run }) => run.state.status === "running");
  const paused = runs.filter(({ run }) => run.state.status === "paused");
  const queued = runs.filter(({ run }) => run.state.status === "queued");
  if (needs.length === 0 && runs.length === 0)
    return 'Nothing runs and nothing needs you. Start with: aas automate "<goal>"';
  return [
    ...block("NEEDS YOU", needs.map(needLine)),
    ...block("RUNNING", running.map(runLine)),
    ...block("PAUSED", paused.map(runLine)),
    ...block(
      "QUEUED",
      queued.map(({ run }) => `${run.id}  ${run.priority.padEnd(7)} ${short(run.goal)}`),
    ),
  ].join("\n");
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}  ${lines.length}`, ...lines.map((line) => `  ${line}`)];
}

function needLine({ run, kind, what, command }: NeedsYou): string {
  return `${run.id}  ${kind.padEnd(8)} ${short(run.goal)}\n      ${what}\n      ${command}`;
}

function runLine({ run, progress, tasks, spending }: RunSummary): string {
  const stage = "stage" in run.state ? run.state.stage : "";
  const collected = tasks.filter(
    ({ task }) => task.state.status === "collected" || task.state.status === "done",
  ).length;
  const percent = `${Math.round(progress * 100)}%`.padStart(4);
  const word = run.state.status === "paused" ? `${stage} (${run.state.reason})` : stage;
  const money = `${renderUsd(spending.settledMicroUsd)}/${renderUsd(run.policy.budgetLimitMicroUsd)}`;
  return `${run.id}  ${word.padEnd(22)}${percent}  ${collected}/${tasks.length} tasks  ${money}  ${short(run.goal)}`;
}

function short(text: string): string {
  return text.replaceAll(/\s+/gu, " ").slice(0, 60);
}
