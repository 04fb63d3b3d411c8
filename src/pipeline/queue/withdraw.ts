import { isTerminal } from "../../domain/run.ts";
import type { Integration } from "../../domain/integration.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { getIntegration } from "./change-integration.ts";
import { noteLanding } from "./land.ts";
import { standsOn } from "./look-at-queue.ts";
import { withMergeLock } from "./merge-lock.ts";
import { reject } from "./reject.ts";

/**
 * Takes the entry of a run that is over out of the queue. Nobody lands it while we look, and what stands on the base
 * already has landed, whatever was wanted since. False: it is being landed now.
 */
export async function withdraw(deps: PipelineDeps, { id, projectId, branch }: Integration): Promise<boolean> {
  const isDone = await withMergeLock(deps, { projectId, branch }, async () => {
    const head = await deps.forge.fetchBase(branch);
    const entry = await getIntegration(deps.db, id);
    const { state } = await deps.db.runs.get(entry.runId);
    if (head !== null && (await standsOn(deps, entry, head))) await noteLanding(deps, entry);
    else if (isTerminal(state)) await reject(deps, entry, "canceled", []);
    return true;
  });
  return isDone ?? false;
}
