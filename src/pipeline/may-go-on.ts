import type { RunId } from "../domain/ids.ts";
import type { Stage } from "../domain/stage.ts";
import type { Database } from "../ports/database.ts";

/** Whether the run is still running in this stage: asked before everything that costs time or money. */
export async function mayGoOn(deps: { readonly db: Database }, runId: RunId, stage: Stage): Promise<boolean> {
  const { state } = await deps.db.runs.get(runId);
  return state.status === "running" && state.stage === stage;
}
