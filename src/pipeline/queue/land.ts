import type { DeploymentEvent } from "../../domain/deployment.ts";
import { applyDeploymentEvent, type Deployment } from "../../domain/deployment.ts";
import type { Candidate, Integration } from "../../domain/integration.ts";
import { makeId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { rollbackTag, stagingRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { makeEvent } from "../recording/make-event.ts";
import { changeIntegration } from "./change-integration.ts";
import { assertLockHeld, type MergeLock } from "./merge-lock.ts";

/**
 * Moves the base branch to exactly the commit that was tested, if it is still where it was tested. What happened is read
 * from the branch itself, so a crash between the move and the note repeats nothing.
 */
export async function land(
  deps: PipelineDeps,
  lock: MergeLock,
  entry: Integration,
  candidate: Candidate,
): Promise<void> {
  await openDeployment(deps, entry);
  await deps.forge.tag(rollbackTag(entry.id), candidate.baseSha);
  await assertLockHeld(deps, lock);
  const outcome = await deps.forge.moveBase({
    branch: entry.branch,
    expected: candidate.baseSha,
    next: candidate.sha,
  });
  switch (outcome.kind) {
    case "landed":
      return noteLanding(deps, entry, candidate);
    case "moved":
      return;
    case "refused":
      await changeIntegration(deps, entry.id, {
        type: "integration.rejected",
        to: "not_approved",
        reason: outcome.reason,
        patch: () => ({ outcome: { kind: "rejected", reason: "not_approved", details: [outcome.reason] } }),
      });
  }
}

/**
 * The landing stands on the base branch; what we know of it follows. The entry is settled last: until then a crash makes
 * somebody come here again.
 */
export async function noteLanding(
  deps: PipelineDeps,
  entry: Integration,
  candidate: Candidate,
): Promise<void> {
  await changeDeployment(deps, entry, { type: "landed", sha: candidate.sha });
  await deps.forge.unstage(stagingRef(entry.id));
  await changeIntegration(deps, entry.id, {
    type: "integration.landed",
    to: candidate.sha,
    patch: () => ({ outcome: { kind: "landed", sha: candidate.sha } }),
  });
}

/** Whoever showed the candidate again while it landed showed it too late. */
export async function closeStaging(deps: PipelineDeps, entry: Integration): Promise<void> {
  if ((await deps.git.resolve(stagingRef(entry.id))) !== null) await deps.forge.unstage(stagingRef(entry.id));
}

/** Shows the candidate to people; one that was made anew since is shown instead of the one before. */
export async function openDeployment(deps: PipelineDeps, entry: Integration): Promise<Deployment> {
  const existing = await deps.db.queue.findDeploymentOf(entry.id);
  const run = await deps.db.runs.get(entry.runId);
  if (existing !== null) {
    await stageAgain(deps, run, entry);
    return existing;
  }
  const staged = await stage(deps, run, entry);
  const deployment: Deployment = {
    id: makeId("dep", deps.ids.next()),
    runId: run.id,
    integrationId: entry.id,
    version: 1,
    state: entry.needsApproval ? { status: "waiting_approval" } : { status: "deploying" },
    stagingRef: stagingRef(entry.id),
    rollbackTag: rollbackTag(entry.id),
    pullRequest: staged,
    createdAt: deps.clock.now(),
  };
  await deps.db.transaction(async (stores) => {
    await stores.queue.insertDeployment(deployment);
    const shared = { projectId: run.projectId, runId: run.id, subject: deployment.id };
    await stores.events.append([
      makeEvent(deps, { ...shared, type: "deployment.started", to: deployment.state.status }),
    ]);
    return true;
  });
  return deployment;
}

/** A staging branch is made again, never moved: what it shows now need not follow from what it showed. */
async function stageAgain(deps: PipelineDeps, run: Run, entry: Integration): Promise<void> {
  const shown = await deps.git.resolve(stagingRef(entry.id));
  if (entry.candidate === null || shown === entry.candidate.sha) return;
  await changeDeployment(deps, entry, { type: "approval_voided" });
  await deps.forge.unstage(stagingRef(entry.id));
  await stage(deps, run, entry);
}

async function stage(deps: PipelineDeps, run: Run, entry: Integration): Promise<string | null> {
  if (entry.candidate === null) return null;
  const message = await deps.git.messageOf(entry.candidate.sha);
  const [title = run.goal, ...body] = message.split("\n");
  const staged = await deps.forge.stage({
    stagingRef: stagingRef(entry.id),
    sha: entry.candidate.sha,
    branch: entry.branch,
    title,
    body: body.join("\n").trim(),
  });
  return staged.pullRequest;
}

export async function changeDeployment(
  deps: PipelineDeps,
  entry: Integration,
  event: DeploymentEvent,
): Promise<void> {
  const existing = await deps.db.queue.findDeploymentOf(entry.id);
  if (existing === null) return;
  await compareAndSet<Deployment>(
    deps,
    {
      load: async (stores) => (await stores.queue.findDeploymentOf(entry.id)) ?? existing,
      replace: (stores, next) => stores.queue.replaceDeployment(next),
    },
    (current) => {
      const state = applyDeploymentEvent(current.state, event);
      if (state === current.state) return keep;
      const told = makeEvent(deps, {
        projectId: entry.projectId,
        runId: entry.runId,
        type: "deployment.changed",
        subject: current.id,
        from: current.state.status,
        to: state.status,
      });
      return { kind: "write", next: { ...current, state }, events: [told] };
    },
  );
}
