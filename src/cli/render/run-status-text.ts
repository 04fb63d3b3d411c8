import { approveCommand } from "../../domain/approval.ts";
import { renderUsd } from "../../domain/money/budget.ts";
import { stages } from "../../domain/stage.ts";
import type { RunSummary, TaskSummary } from "../../pipeline/queries/run-summary.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";

/** One run in full: stages, tasks with their attempts, money, what it waits for. */
export function renderRunStatus(summary: RunSummary): string {
  const { run, spending } = summary;
  const rolledBack = summary.isRolledBack ? ", rolled back" : "";
  const percent = Math.round(summary.progress * 100);
  return [
    `${run.id}  ${describeRunState(run.state)}${rolledBack}  ${percent}%`,
    run.goal,
    ...(run.error === null
      ? []
      : [`error: ${run.error.message}`, ...(run.error.cure === null ? [] : [`  fix: ${run.error.cure}`])]),
    ...summary.shutGates.map(waitLine),
    ...summary.openCalls.map(openCallLine),
    ...pauseLines(summary),
    ...summary.pendingApprovals.map((each) => `needs you: ${each.question}   ${approveCommand(each)}`),
    "",
    ...stages.map((stage) => stageLine(stage, summary)),
    "",
    ...summary.tasks.map(taskLine),
    "",
    `Cost ${renderUsd(spending.settledMicroUsd)} settled, ${renderUsd(spending.reservedMicroUsd)} reserved, of ${renderUsd(run.policy.budgetLimitMicroUsd)}`,
    ...(summary.landedSha === null ? [] : [`Landed as ${summary.landedSha} on ${run.baseBranch}`]),
  ].join("\n");
}

function pauseLines({ pause }: RunSummary): readonly string[] {
  return pause === null ? [] : [`needs you: ${pause.what}`, `  ${pause.command}`];
}

function waitLine({ provider, cause, waitMs }: RunSummary["shutGates"][number]): string {
  const what = cause === "away" ? "is away" : "wants to be asked less often";
  return `waiting: ${provider} ${what}; next look in ${Math.ceil(waitMs / 1000)} s`;
}

function openCallLine({ provider, purpose, askedAt }: RunSummary["openCalls"][number]): string {
  const time = askedAt.toISOString().slice(11, 19);
  return `waiting: ${provider} was asked at ${time} UTC (${purpose}) and has not answered yet`;
}

function stageLine(stage: string, { run }: RunSummary): string {
  const result = run.stageResults.find((each) => each.stage === stage);
  const isCurrent = "stage" in run.state && run.state.stage === stage;
  const word = result === undefined ? (isCurrent ? run.state.status : "-") : result.status;
  return `  ${stage.padEnd(10)} ${word.padEnd(8)} ${result?.output.split("\n")[0] ?? ""}`.trimEnd();
}

function taskLine({ task, boardStatus, waitingFor, attempts }: TaskSummary): string {
  const waits = waitingFor.length > 0 ? `  after ${waitingFor.join(", ")}` : "";
  const why = task.state.status === "needs_review" ? `  ${task.state.reason}` : "";
  const tries = attempts.length > 0 ? `  ${attempts.length} attempt${attempts.length === 1 ? "" : "s"}` : "";
  return `  ${task.key.padEnd(9)} ${boardStatus.padEnd(13)} ${task.title}${tries}${waits}${why}`;
}
