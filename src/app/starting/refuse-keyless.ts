import type { Run } from "../../domain/run.ts";
import { isOpen } from "../../domain/task.ts";
import { assertServed } from "../../pipeline/planning/assert-served.ts";
import { assertSource } from "./assert-source.ts";
import type { OpenedControl } from "../project/open-control.ts";

/**
 * A worker without the model's key would drive a run that needs the model as if there were none, and lose what its batches
 * bring: such a run waits for a worker that has the key. Runs of blueprints alone are driven, though not by a worker that
 * somebody started by hand, which shall do everything.
 */
export async function refuseKeyless(control: OpenedControl, isWatched: boolean): Promise<void> {
  const { db, home, missingKey } = control;
  if (missingKey === null) return;
  if (isWatched) throw missingKey;
  const runs = await db.runs.list(home.id, { statuses: ["queued", "running", "paused"] });
  for (const run of runs) await assertKeyless(control, run);
}

async function assertKeyless(control: OpenedControl, run: Run): Promise<void> {
  const { db, missingKey } = control;
  const tasks = await db.tasks.listOfRun(run.id);
  const needsModel = tasks.some(({ builder, state }) => builder.kind === "model" && isOpen(state));
  if (needsModel && missingKey !== null) throw missingKey;
  if (tasks.length > 0) return;
  switch (run.source.kind) {
    case "goal":
      return assertServed(control.planners, run.goal);
    case "plan":
    case "tasks":
      return assertSource(control, run.source);
    case "split":
    case "preview":
      return;
  }
}
