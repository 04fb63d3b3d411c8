import type { RunId } from "../../domain/ids.ts";
import type { Stage } from "../../domain/stage.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import { pauseIfPastTimeout } from "./run-timeout.ts";

/** Whether the run is still running in this stage and has time left: asked before everything that costs time or money. */
export async function mayGoOn(deps: RecordingDeps, runId: RunId, stage: Stage): Promise<boolean> {
  const run = await deps.db.runs.get(runId);
  if (run.state.status !== "running" || run.state.stage !== stage) return false;
  return !(await pauseIfPastTimeout(deps, run));
}
