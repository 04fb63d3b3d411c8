import { findRun } from "../../app/project/find-run.ts";
import { type OpenedProject, openProject } from "../../app/project/open-project.ts";
import type { Run } from "../../domain/run.ts";
import { listNeedsYou } from "../../pipeline/queries/needs-you.ts";
import type { CommandFunction } from "../register.ts";
import { renderOverview } from "../render/overview-text.ts";
import type { CommandResult } from "../run-command.ts";

/** `aas automate status [run]`: what needs you first, then what moves, then what waits. */
export const status: CommandFunction = async (terminal, args) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  if (args[0] !== undefined) {
    const run = await findRun(project, args[0]);
    await keepMoving(project, [run]);
    return await statusOf(project, run);
  }
  const open = await project.db.runs.list(project.home.id, { statuses: ["queued", "running", "paused"] });
  await keepMoving(project, open);
  const needs = await listNeedsYou(project, project.home.id);
  const { summaries, documents } = await summarize(project, open);
  const result = {
    needsYou: needs.map(({ run, ...need }) => ({ runId: run.id, goal: run.goal, ...need })),
    runs: documents,
  };
  return { text: renderOverview(needs, summaries), result };
};

/** Whoever looks is often the first to come by after a worker died. */
async function keepMoving(project: OpenedProject, runs: readonly Run[]): Promise<void> {
  if (!runs.some(({ state }) => state.status === "queued" || state.status === "running")) return;
  const { ensureWorkerIfNeeded } = await import("../../app/worker/worker-process.ts");
  ensureWorkerIfNeeded(project);
}

/** What it takes to tell of a run is read only when there is one: people ask this most often when nothing runs. */
async function summarize(project: OpenedProject, runs: readonly Run[]): Promise<Summarized> {
  if (runs.length === 0) return { summaries: [], documents: [] };
  const [{ summarizeRun }, { toRunDocument }] = await Promise.all([
    import("../../pipeline/queries/run-summary.ts"),
    import("../documents/run-document.ts"),
  ]);
  const summaries = await Promise.all(runs.map((run) => summarizeRun(project, run.id)));
  return { summaries, documents: summaries.map(toRunDocument) };
}

interface Summarized {
  readonly summaries: Parameters<typeof renderOverview>[1];
  readonly documents: readonly unknown[];
}

async function statusOf(project: OpenedProject, run: Run): Promise<CommandResult> {
  const { renderRunStatus } = await import("../render/run-status-text.ts");
  const { summaries, documents } = await summarize(project, [run]);
  return { text: summaries.map(renderRunStatus).join("\n"), result: documents[0] };
}
