import { approveCommand } from "../../domain/approval.ts";
import { renderUsd } from "../../domain/money/budget.ts";
import type { Run } from "../../domain/run.ts";
import type { RunSummary } from "../../pipeline/queries/run-summary.ts";
import { countText } from "./count-text.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";

/** One line that says where a quiet run stands. */
export function renderProgress(run: Run): string {
  const word = run.state.status === "paused" ? "still waits" : "still working";
  return `  ${run.id} ${describeRunState(run.state)}, ${word}`;
}

/** What is said when following ends: the outcome, what it cost, and what to do next. */
export function renderRunEnd(summary: RunSummary): string {
  const { run } = summary;
  const seconds = Math.round(((run.finishedAt ?? new Date()).getTime() - run.createdAt.getTime()) / 1000);
  return [headline(summary, seconds), countLine(summary), ...warningLines(run), ...nextSteps(summary)].join(
    "\n",
  );
}

function headline({ run, pause, landedSha }: RunSummary, seconds: number): string {
  switch (run.state.status) {
    case "completed": {
      const how = run.state.outcome === "partial" ? "Landed in part" : "Landed";
      return `  ${how} on ${run.baseBranch} as ${landedSha?.slice(0, 8) ?? "?"} in ${seconds}s.`;
    }
    case "failed":
      return [`  Failed: ${run.error?.message ?? run.state.code}`, ...cureLines(run)].join("\n");
    case "canceled":
      return "  Canceled.";
    case "paused":
      return pause === null ? `  Paused: ${run.state.reason}.` : `  ${capital(pause.what)}`;
    case "queued":
    case "running":
      return `  ${describeRunState(run.state)}`;
  }
}

/** A retry is named among the next steps already. */
function cureLines({ id, error }: Run): readonly string[] {
  const cure = error?.cure ?? null;
  return cure === null || cure.includes(`aas automate retry ${id}`) ? [] : [`  fix: ${cure}`];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Such as a checkout that did not follow the landing. */
function warningLines(run: Run): readonly string[] {
  return run.stageResults
    .filter((result) => result.stage === "deploy")
    .flatMap((result) => result.warnings.map((warning) => `  ${warning}`));
}

function countLine({ run, tasks, spending }: RunSummary): string {
  const attempts = tasks.reduce((sum, task) => sum + task.attempts.length, 0);
  const money = `${renderUsd(spending.settledMicroUsd)} of ${renderUsd(run.policy.budgetLimitMicroUsd)}`;
  return `  ${countText(tasks.length, "task")}, ${countText(attempts, "attempt")}, ${money}.`;
}

function nextSteps({ run, pause, isRolledBack, pendingApprovals }: RunSummary): readonly string[] {
  const { id, state } = run;
  switch (state.status) {
    case "completed":
      return isRolledBack
        ? []
        : ["", "  Next", `    aas report ${id}`, `    aas automate rollback ${id}    undo it`];
    case "failed":
      return ["", "  Next", `    aas automate logs ${id}`, `    aas automate retry ${id} --hint "…"`];
    case "paused":
      return [
        "",
        "  Next",
        ...(state.reason === "approval"
          ? pendingApprovals.map((each) => `    ${approveCommand(each)}`)
          : [`    ${pause?.command ?? `aas automate resume ${id}`}`]),
      ];
    case "queued":
    case "running":
    case "canceled":
      return [];
  }
}
