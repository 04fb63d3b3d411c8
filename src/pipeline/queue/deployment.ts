import { applyDeploymentEvent, type Deployment, type DeploymentEvent } from "../../domain/deployment.ts";
import type { Integration } from "../../domain/integration.ts";
import { makeId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Stores } from "../../ports/database.ts";
import { rollbackTag, stagingRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { compareAndSet, type Decision, keep } from "../recording/compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

/**
 * What is settled is not shown any more; whoever showed it again meanwhile showed it too late. A remote that is away
 * changes nothing of how it was settled: it is cleared after the next landing.
 */
export async function closeStaging(
  deps: Pick<PipelineDeps, "git" | "forge" | "log">,
  { id }: Integration,
): Promise<void> {
  try {
    if ((await deps.git.resolve(stagingRef(id))) !== null) await deps.forge.unstage(stagingRef(id));
  } catch (error) {
    deps.log.warn({ integrationId: id, error }, "a staging branch was left for later");
  }
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
    (current) => decideDeploymentChange(deps, entry, current, event),
  );
}

/** The same inside a transaction of somebody else. False: a lost race. */
export async function writeDeploymentEvent(
  deps: RecordingDeps,
  stores: Stores,
  entry: Integration,
  event: DeploymentEvent,
): Promise<boolean> {
  const current = await stores.queue.findDeploymentOf(entry.id);
  if (current === null) return true;
  const decision = decideDeploymentChange(deps, entry, current, event);
  if (decision.kind !== "write") return decision.kind === "keep";
  if (!(await stores.queue.replaceDeployment(decision.next))) return false;
  await stores.events.append(decision.events);
  return true;
}

function decideDeploymentChange(
  deps: RecordingDeps,
  entry: Integration,
  current: Deployment,
  event: DeploymentEvent,
): Decision<Deployment> {
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
}
