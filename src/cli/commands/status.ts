import { findRun, openProject } from "../../app/open-project.ts";
import type { Run } from "../../domain/run.ts";
import { listNeedsYou } from "../../pipeline/queries/needs-you.ts";
import { type RunSummary, summarizeRun } from "../../pipeline/queries/run-summary.ts";
import { toRunDocument } from "../documents/run-document.ts";
import type { CommandFunction } from "../register.ts";
import { renderOverview } from "../render/overview-text.ts";
import { renderRunList } from "../render/run-list-text.ts";
import { renderRunStatus } from "../render/run-status-text.ts";

/** `aas automate status [run]`: what needs you first, then what moves, then what waits. */
export const status: CommandFunction = async (terminal, args) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  if (args[0] !== undefined) {
    const run = await findRun(project, args[0]);
    const summary = await summarizeRun(project, run.id);
    return { text: renderRunStatus(summary), result: toRunDocument(summary) };
  }
  const open = await project.db.runs.list(project.home.id, { statuses: ["queued", "running", "paused"] });
  const needs = await listNeedsYou(project, project.home.id);
  const summaries = await summarizeAll(project, open);
  const result = {
    needsYou: needs.map(({ run, ...need }) => ({ runId: run.id, goal: run.goal, ...need })),
    runs: summaries.map(toRunDocument),
  };
  return { text: renderOverview(needs, summaries), result };
};

async function summarizeAll(
  deps: Parameters<typeof summarizeRun>[0],
  runs: readonly Run[],
): Promise<readonly RunSummary[]> {
  return Promise.all(runs.map((run) => summarizeRun(deps, run.id)));
}

export const listRuns: CommandFunction = async (terminal, _args, options) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const limit = Math.min(Math.max(Number(options["limit"]) || 20, 1), 1000);
  const runs = await project.db.runs.list(project.home.id, { limit });
  return { text: renderRunList(runs), result: { runs: runs.map(({ policy: _policy, ...run }) => run) } };
};
