import { openProject } from "../../app/open-project.ts";
import { AasError } from "../../domain/errors.ts";
import type { CommandFunction } from "../register.ts";
import { renderRunList } from "../render/run-list-text.ts";

/** `aas automate list`: runs, the newest first. */
export const listRuns: CommandFunction = async (terminal, _args, options) => {
  const limit = parseLimit(String(options["limit"]));
  await using project = await openProject(terminal.cwd, terminal.env);
  const runs = await project.db.runs.list(project.home.id, { limit });
  return { text: renderRunList(runs), result: { runs: runs.map(({ policy: _policy, ...run }) => run) } };
};

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, 1000);
  throw new AasError("usage", `--limit ${JSON.stringify(text)} is not a number of runs.`, {
    cure: "--limit 20",
  });
}
