import { openProject } from "../../app/project/open-project.ts";
import { readCount } from "../read-count.ts";
import type { CommandFunction } from "../register.ts";
import { renderRunList } from "../render/run-list-text.ts";

/** `aas automate list`: runs, the newest first. */
export const listRuns: CommandFunction = async (terminal, _args, options) => {
  const limit = readCount(options, "limit", 1000);
  await using project = await openProject(terminal.cwd, terminal.env);
  const runs = await project.db.runs.list(project.home.id, { limit });
  return { text: renderRunList(runs), result: { runs: runs.map(({ policy: _policy, ...run }) => run) } };
};
