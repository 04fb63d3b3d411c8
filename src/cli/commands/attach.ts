import { findRun } from "../../app/project/find-run.ts";
import { openProject } from "../../app/project/open-project.ts";
import { ensureWorkerIfNeeded } from "../../app/worker/worker-process.ts";
import { followAndReport } from "../follow/follow-and-report.ts";
import type { CommandFunction } from "../register.ts";

/** `aas automate attach <run>`: watch it from its first event. */
export const attach: CommandFunction = async (terminal, args) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const run = await findRun(project, args[0] ?? "last");
  ensureWorkerIfNeeded(project);
  return await followAndReport(terminal, project, run.id, { unasked: "leave" });
};
