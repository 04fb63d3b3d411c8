import type { IntegrationId, ProjectId, Sha } from "../../domain/ids.ts";
import { type Integration, isSettled } from "../../domain/integration.ts";
import { planQueue, type QueueAction } from "../../domain/queue-plan.ts";
import { AasError } from "../../domain/errors.ts";
import { describeFailures } from "../judging/validate-tree.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { getIntegration } from "./change-integration.ts";
import { land, noteLanding } from "./land.ts";
import { makeCandidate, reject } from "./make-candidate.ts";
import { withMergeLock } from "./merge-lock.ts";
import { testCandidate } from "./test-candidate.ts";

export interface QueueOfBranch {
  readonly projectId: ProjectId;
  readonly branch: string;
}

/**
 * Takes the queue of a branch one step further: reads everything, decides, does it. Anybody may call it at any time; a
 * missed call costs time, never correctness. `idle`: nothing can move without a person, a new entry or another process.
 */
export async function advanceQueue(
  deps: PipelineDeps,
  queue: QueueOfBranch,
  options: { readonly mayLand: boolean },
  signal: AbortSignal,
): Promise<"moved" | "idle"> {
  const baseHead = await deps.forge.fetchBase(queue.branch);
  if (baseHead === null) {
    throw new AasError("base_missing", `The base branch ${queue.branch} does not exist any more.`, {
      cure: `Create it again, or set base in aas.config.jsonc.`,
    });
  }
  const entries = await deps.db.queue.listIntegrations(queue.projectId, queue.branch);
  if (await noteForgottenLandings(deps, entries, baseHead)) return "moved";
  const action = planQueue(entries, baseHead, !options.mayLand);
  return perform(deps, queue, action, { baseHead, signal });
}

async function perform(
  deps: PipelineDeps,
  queue: QueueOfBranch,
  action: QueueAction,
  at: { readonly baseHead: Sha; readonly signal: AbortSignal },
): Promise<"moved" | "idle"> {
  switch (action.kind) {
    case "wait":
      return "idle";
    case "make_candidate":
      await makeCandidate(deps, await getIntegration(deps.db, action.id), at.baseHead);
      return "moved";
    case "check":
      await testCandidate(deps, await getIntegration(deps.db, action.id), at.signal);
      return "moved";
    case "reject_failed":
      await rejectFailed(deps, action.id);
      return "moved";
    case "land":
      return landUnderLock(deps, queue, action.id);
  }
}

async function rejectFailed(deps: PipelineDeps, id: IntegrationId): Promise<void> {
  const entry = await getIntegration(deps.db, id);
  const validation =
    entry.lastCheck === null ? null : await deps.db.validations.find(entry.lastCheck.validationId);
  await reject(deps, entry, "checks_failed", validation === null ? [] : describeFailures(validation));
}

async function landUnderLock(
  deps: PipelineDeps,
  queue: QueueOfBranch,
  id: IntegrationId,
): Promise<"moved" | "idle"> {
  const done = await withMergeLock(deps, queue, async (lock) => {
    const entry = await getIntegration(deps.db, id);
    if (entry.candidate !== null && !isSettled(entry)) await land(deps, lock, entry, entry.candidate);
    return "moved" as const;
  });
  return done ?? "idle";
}

/** A candidate that stands on the base landed, whatever the note says: its process died before it wrote one. */
async function noteForgottenLandings(
  deps: PipelineDeps,
  entries: readonly Integration[],
  baseHead: Sha,
): Promise<boolean> {
  for (const entry of entries) {
    const { candidate } = entry;
    if (isSettled(entry) || candidate === null) continue;
    if (!(await deps.git.isAncestor(candidate.sha, baseHead))) continue;
    await noteLanding(deps, entry, candidate);
    return true;
  }
  return false;
}
