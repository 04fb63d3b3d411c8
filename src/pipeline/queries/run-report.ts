import type { Approval } from "../../domain/approval.ts";
import type { RunId, Sha } from "../../domain/ids.ts";
import type { Rollback } from "../../domain/rollback.ts";
import type { Validation } from "../../domain/validation.ts";
import type { Database } from "../../ports/database.ts";
import { listNeedsYou } from "./needs-you.ts";
import { costsOf, type RunCosts } from "./run-costs.ts";
import { type RunSummary, summarizeRun } from "./run-summary.ts";
import { type TimelineEntry, timelineOf } from "./run-timeline.ts";

/** What happened in a run and why, from the facts alone. */
export interface RunReport {
  readonly summary: RunSummary;
  readonly timeline: readonly TimelineEntry[];
  /** Of the commit that landed, or of the last one that was to land. */
  readonly judged: JudgedCommit | null;
  readonly approvals: readonly Approval[];
  readonly rollbacks: readonly Rollback[];
  readonly costs: RunCosts;
  readonly needs: readonly Need[];
}

export interface JudgedCommit {
  readonly sha: Sha;
  readonly validation: Validation;
}

/** What waits for a person, and the command that goes on from there. */
interface Need {
  readonly what: string;
  readonly command: string;
}

export async function reportRun(deps: { readonly db: Database }, runId: RunId): Promise<RunReport> {
  const { db } = deps;
  const summary = await summarizeRun(deps, runId);
  const rollbacks = await db.queue.listRollbacks(summary.run.projectId);
  return {
    summary,
    timeline: timelineOf(await db.events.listOfRun(runId)),
    judged: await findJudged(db, runId),
    approvals: await db.queue.listApprovals(runId),
    rollbacks: rollbacks.filter((rollback) => rollback.runId === runId),
    costs: await readCosts(db, runId),
    needs: [...(await needsOf(deps, summary)), ...leftOf(summary)],
  };
}

async function readCosts(db: Database, runId: RunId): Promise<RunCosts> {
  return costsOf(await db.usage.listOfRun(runId), {
    tasks: await db.tasks.listOfRun(runId),
    attempts: await db.attempts.listOfRun(runId),
    batches: await db.batches.listOfRun(runId),
    outcomes: await db.batches.listOutcomes(runId),
  });
}

async function findJudged(db: Database, runId: RunId): Promise<JudgedCommit | null> {
  const entries = await db.queue.listIntegrationsOfRun(runId);
  const entry = entries.findLast(
    (each) => each.kind === "run" && each.candidate !== null && each.lastCheck !== null,
  );
  if (entry === undefined || entry.candidate === null || entry.lastCheck === null) return null;
  const validation = await db.validations.find(entry.lastCheck.validationId);
  return validation === null ? null : { sha: entry.candidate.sha, validation };
}

async function needsOf(deps: { readonly db: Database }, { run }: RunSummary): Promise<readonly Need[]> {
  const needs = await listNeedsYou(deps, run.projectId);
  return needs.filter((need) => need.run.id === run.id).map(({ what, command }) => ({ what, command }));
}

/** A run that landed in part is settled, but what it left undone still wants somebody; what was rolled back does not. */
function leftOf({ run, tasks, isRolledBack }: RunSummary): readonly Need[] {
  if (run.state.status !== "completed" || isRolledBack) return [];
  return tasks.flatMap(({ task }) =>
    task.state.status === "needs_review"
      ? [{ what: `${task.key} ${task.title}: ${task.state.reason}`, command: `aas task show ${task.key}` }]
      : [],
  );
}
