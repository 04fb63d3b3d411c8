import type { Approval } from "../../domain/approval.ts";
import type { Attempt } from "../../domain/attempt.ts";
import { shortSha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Rollback } from "../../domain/rollback.ts";
import type { RunReport } from "../../pipeline/queries/run-report.ts";
import type { RunSummary, TaskSummary } from "../../pipeline/queries/run-summary.ts";
import type { TimelineEntry } from "../../pipeline/queries/run-timeline.ts";
import { countCases } from "../documents/report-document.ts";
import { costLines } from "./cost-text.ts";
import { countText } from "./count-text.ts";
import { renderDuration } from "./duration-text.ts";

export interface ReportView {
  /** Every paid call, not only their sum. */
  readonly withCalls: boolean;
  /** What the person types to have the landing in the own checkout; empty when that is done or not needed. */
  readonly closing: readonly string[];
  readonly now: Date;
}

/** What happened and why, for somebody who was not there and is tired: the outcome first, what is wanted last. */
export function renderReport(report: RunReport, view: ReportView): string {
  const { summary } = report;
  return [
    headline(summary, view.now),
    ...summary.run.goal.split("\n").map((line) => `  ${line}`),
    ...errorLines(summary),
    ...block(
      "What happened",
      report.timeline.map((entry) => timelineLine(entry, view.now)),
    ),
    ...block("Tasks", summary.tasks.flatMap(taskLines)),
    ...block("Checks", checkLines(report)),
    ...block("Approvals", report.approvals.map(approvalLine)),
    ...block("Landed", landingLines(summary)),
    ...block("Rollback", report.rollbacks.flatMap(rollbackLines)),
    ...block("Cost", costLines(report, view.withCalls)),
    ...block(
      "Needs you",
      report.needs.flatMap(({ what, command }) => [what.split("\n")[0] ?? "", `  ${command}`]),
    ),
    ...block("Your checkout was left as it is. To bring it up to date:", view.closing),
  ].join("\n");
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => (line === "" ? "" : `  ${line}`))];
}

function headline(summary: RunSummary, now: Date): string {
  const { run, tasks } = summary;
  const took = renderDuration((run.finishedAt ?? now).getTime() - run.createdAt.getTime());
  const attempts = tasks.reduce((sum, task) => sum + task.attempts.length, 0);
  return `${run.id}  ${outcomeOf(summary)} after ${took}: ${countText(tasks.length, "task")}, ${countText(attempts, "attempt")}`;
}

function outcomeOf({ run, landedSha, isRolledBack }: RunSummary): string {
  const { state } = run;
  if (isRolledBack) return "landed and rolled back";
  switch (state.status) {
    case "completed": {
      const at = landedSha === null ? "" : ` on ${run.baseBranch} as ${shortSha(landedSha)}`;
      return `${state.outcome === "full" ? "landed" : "landed in part"}${at}`;
    }
    case "failed":
      return `failed in ${state.stage} (${state.code})`;
    case "paused":
      return `paused in ${state.stage} (${state.reason})`;
    case "running":
      return `running, in ${state.stage},`;
    case "queued":
    case "canceled":
      return state.status;
  }
}

function errorLines({ run }: RunSummary): readonly string[] {
  const { error } = run;
  if (error === null) return [];
  const cure = error.cure === null ? [] : [`Fix  ${error.cure}`];
  return ["", `Why  ${error.message}`, ...printedLines(run, error.message), ...cure];
}

/** What the stage that failed was told, without what its message says already. */
function printedLines({ id, stageResults }: Run, message: string): readonly string[] {
  const failed = stageResults.findLast(({ status }) => status === "failure");
  const lines = (failed?.errors ?? [])
    .flatMap((each) => each.split("\n"))
    .filter((line) => line.trim() !== "" && !message.includes(line));
  return firstOf(lines, { indent: "     ", rest: `aas automate logs ${id}` });
}

function firstOf(
  lines: readonly string[],
  { indent, rest }: { readonly indent: string; readonly rest: string },
): readonly string[] {
  const shown = lines.slice(0, detailsShown).map((line) => `${indent}${line}`);
  const more = lines.length - detailsShown;
  return more > 0 ? [...shown, `${indent}… ${more} more lines: ${rest}`] : shown;
}

function timelineLine(entry: TimelineEntry, now: Date): string {
  const took = renderDuration((entry.finishedAt ?? now).getTime() - entry.startedAt.getTime()).padStart(9);
  switch (entry.kind) {
    case "stage":
      return `${entry.stage.padEnd(10)} ${(entry.status ?? "stopped here").padEnd(8)} ${took}  ${short(entry.output)}`.trimEnd();
    case "pause": {
      const ended = entry.endedBy === null ? "" : `, ended by ${entry.endedBy}`;
      return `${"(paused)".padEnd(10)} ${entry.reason.padEnd(8)} ${took}  ${short(entry.why)}${ended}`;
    }
    case "retry":
      return `${"(retry)".padEnd(10)} by ${entry.by}`;
  }
}

function taskLines({ task, boardStatus, attempts }: TaskSummary): readonly string[] {
  const why = task.state.status === "needs_review" ? [`  why: ${firstLine(task.state.reason)}`] : [];
  const tries = attempts.length === 0 ? "not tried" : countText(attempts.length, "attempt");
  return [
    `${task.key}  ${boardStatus}  ${task.title}  (${tries})`,
    ...why,
    ...attempts.flatMap((attempt) => attemptLines(attempt, task.key)),
  ];
}

/** Attempts that went well need no words. */
function attemptLines({ round, number, state }: Attempt, key: string): readonly string[] {
  const name = round === 1 ? `attempt ${number}` : `round ${round}, attempt ${number}`;
  if (state.status === "abandoned") return [`  ${name} was interrupted: ${firstLine(state.reason)}`];
  if (state.status !== "failed") return [];
  const { kind, summary, details } = state.failure;
  const lines = details
    .flatMap((detail) => detail.split("\n"))
    .filter((line) => line.trim() !== "" && line !== summary);
  const shown = firstOf(lines, { indent: "      ", rest: `aas task show ${key}` });
  return [`  ${name} failed (${kind}): ${firstLine(summary)}`, ...shown];
}

const detailsShown = 6;

function checkLines({ judged }: RunReport): readonly string[] {
  if (judged === null) return [];
  const { sha, validation } = judged;
  const { checks, regressions, score, verdict } = validation;
  const width = Math.max(0, ...checks.map((check) => check.name.length));
  return [
    `${verdict} at ${shortSha(sha)}, score ${score.toFixed(2)}`,
    ...checks.map((check) => {
      const { passed, total } = countCases(check);
      const why = check.state.status === "passed" ? "" : `  ${firstLine(check.state.reason)}`;
      return `${check.name.padEnd(width)}  ${check.state.status}  ${passed} of ${total}  ${check.gate}${why}`;
    }),
    regressions.length === 0 ? "no regressions" : `regressions: ${regressions.join(", ")}`,
  ];
}

function approvalLine({ subject, sha, state }: Approval): string {
  const what = `${subject} of ${shortSha(sha)}`;
  switch (state.status) {
    case "pending":
      return `${what}: not answered yet`;
    case "approved":
      return `${what}: approved by ${state.by}, ${state.at.toISOString()}`;
    case "rejected":
      return `${what}: rejected by ${state.by}, ${state.at.toISOString()}: ${firstLine(state.reason)}`;
    case "timed_out":
      return `${what}: nobody answered until ${state.at.toISOString()}`;
    case "voided":
      return `${what}: void since ${state.at.toISOString()}, because the commit changed`;
  }
}

function landingLines({ run, landedSha, pullRequest }: RunSummary): readonly string[] {
  if (landedSha === null) return [];
  return [`${landedSha} on ${run.baseBranch}`, ...(pullRequest === null ? [] : [pullRequest])];
}

function rollbackLines({ state, requestedBy, reason }: Rollback): readonly string[] {
  const asked = `asked for by ${requestedBy}: ${firstLine(reason)}`;
  switch (state.status) {
    case "completed":
      return [asked, `done by ${state.revertSha}`];
    case "failed":
      return [asked, `failed: ${firstLine(state.reason)}`];
    case "requested":
    case "reverting":
      return [asked, "under way"];
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** Keeps a line of the timeline a line. */
function short(text: string): string {
  const line = firstLine(text);
  return line.length <= 72 ? line : `${line.slice(0, 71)}…`;
}
