import type { CheckResult } from "../../domain/check.ts";
import { isBroken } from "../../domain/test-report.ts";
import type { JudgedCommit, RunReport } from "../../pipeline/queries/run-report.ts";
import { toCallDocument, toCostDocument } from "./cost-document.ts";
import { toRunDocument } from "./run-document.ts";

/** A report as `--json` prints it: the run's own document, and beside it what only a report tells. */
export function toReportDocument(
  report: RunReport,
  view: { readonly withCalls: boolean; readonly closing: readonly string[] },
): Readonly<Record<string, unknown>> {
  const { summary, timeline, judged, approvals, rollbacks, costs, needs } = report;
  return {
    run: toRunDocument(summary),
    timeline,
    judged: judged === null ? null : toJudgedDocument(judged),
    approvals: approvals.map(({ id, subject, question, sha, state, createdAt }) => ({
      id,
      subject,
      question,
      sha,
      state,
      createdAt,
    })),
    rollbacks: rollbacks.map(({ id, landedSha, reason, requestedBy, state, createdAt }) => ({
      id,
      landedSha,
      reason,
      requestedBy,
      state,
      createdAt,
    })),
    calls: view.withCalls ? costs.calls.map(toCallDocument) : null,
    costs: view.withCalls ? toCostDocument(costs) : null,
    needsYou: needs,
    closingCommands: view.closing,
  };
}

function toJudgedDocument({ sha, validation }: JudgedCommit): object {
  const { tree, verdict, score, regressions, checks } = validation;
  return {
    sha,
    tree,
    verdict,
    score,
    regressions,
    checks: checks.map((check) => ({
      name: check.name,
      kind: check.kind,
      gate: check.gate,
      status: check.state.status,
      reason: check.state.status === "passed" ? null : check.state.reason,
      durationMs: check.durationMs,
      ...countCases(check),
    })),
  };
}

export interface CaseCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly total: number;
}

export function countCases({ cases }: CheckResult): CaseCounts {
  return {
    passed: cases.filter((each) => each.outcome === "passed").length,
    failed: cases.filter(isBroken).length,
    skipped: cases.filter((each) => each.outcome === "skipped").length,
    total: cases.length,
  };
}
