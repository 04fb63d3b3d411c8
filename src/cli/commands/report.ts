import { findRun } from "../../app/project/find-run.ts";
import { openProject, type OpenedProject } from "../../app/project/open-project.ts";
import { findProjectSettings } from "../../app/project/project-settings.ts";
import { pullCommand } from "../../domain/pull-command.ts";
import type { Run } from "../../domain/run.ts";
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

/** How the person's checkout gets what landed, unless it followed: what is on a remote is theirs to pull. */
function closingOf({ home }: OpenedProject, { summary: { run, landedSha } }: RunReport): readonly string[] {
  if (landedSha === null) return [];
  const settings = findProjectSettings(home);
  if (settings === null || (settings.remote === null && hasFollowed(run))) return [];
  return pullCommand(settings.remote?.name ?? null, run.baseBranch).split(" && ");
}

function hasFollowed({ policy, stageResults }: Run): boolean {
  const isLeftAlone = stageResults.some(({ stage, warnings }) => stage === "deploy" && warnings.length > 0);
  return policy.updateCheckout && !isLeftAlone;
}
