import { AasError } from "../../domain/errors.ts";
import { type Candidate, type Integration, mayHaveLanded } from "../../domain/integration.ts";
import type { Sha } from "../../domain/ids.ts";
import { mayLand } from "../../domain/queue-plan.ts";
import { rollbackTag, stagingRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { changeIntegration, getIntegration } from "./change-integration.ts";
import { closeTasks } from "./close-tasks.ts";
import { changeDeployment, openDeployment } from "./deployment.ts";
import { permissionNow } from "./look-at-queue.ts";
import { holdForMove, type MergeLock, moveDeadlineMs, withMergeLock } from "./merge-lock.ts";

/** Lands an entry unless somebody else is landing on its branch, or something changed since that was planned. */
export async function landUnderLock(
  deps: PipelineDeps,
  { id, projectId, branch }: Integration,
  baseHead: Sha,
): Promise<"moved" | "idle"> {
  const done = await withMergeLock(deps, { projectId, branch }, async (lock) => {
    const entry = await getIntegration(deps.db, id);
    if (entry.candidate !== null && mayLand(entry, await permissionNow(deps, entry), baseHead))
      await land(deps, lock, entry, entry.candidate);
    return "moved" as const;
  });
  return done ?? "idle";
}

/**
 * Moves the base branch to exactly the commit that was tested, if it is still where it was tested. What happened is read
 * from the branch itself, so a crash between the move and the note repeats nothing.
 */
async function land(
  deps: PipelineDeps,
  lock: MergeLock,
  entry: Integration,
  candidate: Candidate,
): Promise<void> {
  await openDeployment(deps, entry);
  await deps.forge.tag(rollbackTag(entry.id), candidate.baseSha);
  await holdForMove(deps, lock);
  const outcome = await deps.forge.moveBase({
    branch: entry.branch,
    expected: candidate.baseSha,
    next: candidate.sha,
    deadlineMs: moveDeadlineMs,
  });
  switch (outcome.kind) {
    case "landed":
      return noteLanding(deps, entry);
    case "moved":
      return;
    case "refused":
      throw new AasError("not_allowed", `${entry.branch} was not moved: ${outcome.reason}`, {
        cure: `Let whoever lands here push to ${entry.branch}.`,
        retryable: true,
      });
  }
}

/**
 * The landing stands on the base branch; what we know of it follows. The entry is settled last: until then a crash makes
 * somebody come here again.
 */
export async function noteLanding(deps: PipelineDeps, entry: Integration): Promise<void> {
  const { candidate } = entry;
  if (candidate === null) return;
  await changeDeployment(deps, entry, { type: "landed", sha: candidate.sha });
  await deps.forge.unstage(stagingRef(entry.id));
  if (entry.kind === "run") await closeTasks(deps, await deps.db.runs.get(entry.runId), candidate.sha);
  await changeIntegration(deps, entry.id, {
    type: "integration.landed",
    to: candidate.sha,
    isEvidence: true,
    patch: (current) =>
      mayHaveLanded(current) ? { candidate, outcome: { kind: "landed", sha: candidate.sha } } : null,
  });
}
