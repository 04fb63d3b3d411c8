import { openProject } from "../../app/open-project.ts";
import type { CommandFunction } from "../register.ts";
import { renderRunList } from "../render/run-list-text.ts";

/** `aas automate list`: runs, the newest first. */
export const listRuns: CommandFunction = async (terminal, _args, options) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const limit = Math.min(Math.max(Number(options["limit"]) || 20, 1), 1000);
  const runs = await project.db.runs.list(project.home.id, { limit });
  return { text: renderRunList(runs), result: { runs: runs.map(({ policy: _policy, ...run }) => run) } };
};
