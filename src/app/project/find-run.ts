import { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { OpenedProject } from "./open-project.ts";

const recentRuns = 500;

/** The run a person means: its id, or the beginning or end of one that no other shares; `last` is the newest, and a preview is none. */
export async function findRun(project: OpenedProject, text: string): Promise<Run> {
  const part = text.replace(/^r(?:un)?[-_]/u, "");
  if (part === "") throw namesNoRun(text);
  const exact = await project.db.runs.find(text as RunId);
  if (exact !== null) return exact;
  const runs = await project.db.runs.list(project.home.id, { limit: recentRuns });
  const newest = runs.find(({ source }) => source.kind !== "preview");
  if (text === "last" && newest !== undefined) return newest;
  const matching = runs.filter((run) => run.id.startsWith(`run_${part}`) || run.id.endsWith(part));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  if (text === "last" || runs.length === 0) throw noRuns(runs.length);
  const why = matching.length === 0 ? "No run has this id" : `${matching.length} runs match`;
  throw new AasError("not_found", `${why}: ${JSON.stringify(text)}.`, { cure: "aas automate list" });
}

function noRuns(previews: number): AasError {
  return previews === 0
    ? new AasError("not_found", "There are no runs yet.", { cure: 'aas automate "<goal>"' })
    : new AasError("not_found", "There are no runs yet, only previews, and these have names of their own.", {
        cure: "aas automate list, and give the id of the preview that is meant.",
      });
}

/** Everything begins with nothing: a variable that a script forgot to set must not mean the only run there is. */
function namesNoRun(text: string): AasError {
  return new AasError("usage", `${JSON.stringify(text)} names no run.`, {
    cure: "Name a run by its id or a part of it, or the newest: last",
  });
}
