import type { Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { readTrailer } from "./commit-message.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { changeTask } from "../recording/change-task.ts";

/** Done comes only from evidence: the commit on the base names the task. Answers how many it names. */
export async function closeTasks(
  deps: Pick<PipelineDeps, "db" | "clock" | "actor" | "git">,
  run: Run,
  landed: Sha,
): Promise<number> {
  const named = readTrailer(await deps.git.messageOf(landed), "Aas-Task");
  const tasks = await deps.db.tasks.listOfRun(run.id);
  const done = tasks.filter((task) => named.includes(task.key));
  for (const task of done) await changeTask(deps, task.id, { type: "landed", commit: landed });
  return done.length;
}
