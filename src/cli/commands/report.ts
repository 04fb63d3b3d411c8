import { findRun } from "../../app/find-run.ts";
import { openProject, type OpenedProject } from "../../app/open-project.ts";
import { findProjectSettings } from "../../app/project-settings.ts";
import { pullCommand } from "../../domain/pull-command.ts";
import { reportRun, type RunReport } from "../../pipeline/queries/run-report.ts";
import { toReportDocument } from "../documents/report-document.ts";
import type { CommandFunction } from "../register.ts";
import { renderReport } from "../render/report-text.ts";

/** `aas report <run>`: what happened, and why. */
export const report: CommandFunction = async (terminal, args, options) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const run = await findRun(project, args[0] ?? "last");
  const found = await reportRun(project, run.id);
  const view = {
    withCalls: options["cost"] === true,
    closing: closingOf(project, found),
    now: project.clock.now(),
  };
  return { text: renderReport(found, view), result: toReportDocument(found, view) };
};

/** In our own repository the person's checkout follows only when it was asked to, and what is on a remote is theirs to pull. */
function closingOf({ home }: OpenedProject, { summary: { run, landedSha } }: RunReport): readonly string[] {
  if (landedSha === null) return [];
  const settings = findProjectSettings(home);
  if (settings === null || (settings.remote === null && run.policy.updateCheckout)) return [];
  return pullCommand(settings.remote?.name ?? null, run.baseBranch).split(" && ");
}
