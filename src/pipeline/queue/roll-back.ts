import { isAasError, messageOf } from "../../domain/errors.ts";
import type { IntegrationId, RollbackId, Sha } from "../../domain/ids.ts";
import { applyRollbackEvent, type Rollback, type RollbackEvent } from "../../domain/rollback.ts";
import type { Stores } from "../../ports/database.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { insist } from "../driving/insist.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { changeTask } from "../recording/change-task.ts";
import { compareAndSet, keep, lost } from "../recording/compare-and-set.ts";
import { makeEvent } from "../recording/make-event.ts";
import { bringCheckout } from "./bring-checkout.ts";
import { getIntegration } from "./change-integration.ts";
import { changeDeployment } from "./deployment.ts";
import { driveQueue, type QueueStanding } from "./drive-queue.ts";
import { enqueue } from "./enqueue.ts";
import { closeStagingOfRun, withdrawRevert } from "./reject.ts";

/** About two minutes: what lasts longer is told to a person, who asks again. */
const maxOutages = 8;

const outagePauseMs = 1_000;

/** Undoes a landed run by a revert commit through the queue; the tasks, the deployment and the board follow. */
export async function rollBackRun(
  context: WorkflowContext,
  deps: PipelineDeps,
  id: RollbackId,
): Promise<void> {
  for (let outages = 1; ; outages += 1) {
    const trouble = await tryRollBack(context, deps, id);
    if (trouble === null) return;
    if (!trouble.mayPass || outages === maxOutages) {
      await insist(context, "rollback.fail", () => failRollback(deps, id, trouble.reason));
      return;
    }
    await context.sleep(outagePauseMs * 2 ** (outages - 1));
  }
}

interface Trouble {
  readonly reason: string;
  readonly mayPass: boolean;
}

/** A surprise ends the rollback, not only its workflow: people look at rollbacks. */
async function tryRollBack(
  context: WorkflowContext,
  deps: PipelineDeps,
  id: RollbackId,
): Promise<Trouble | null> {
  try {
    await context.step("rollback.enqueue", () => enqueueRevert(deps, id));
    await driveQueue<"settled">(context, deps, {
      name: "rollback.look",
      mayLand: true,
      stand: () => standingOf(deps, id),
    });
    return null;
  } catch (error) {
    if (context.signal.aborted) throw error;
    deps.log.warn({ rollbackId: id, error }, "rollback interrupted");
    const cure = isAasError(error) ? error.cure : null;
    const reason = cure === null ? messageOf(error) : `${messageOf(error)} ${cure}`;
    return { reason, mayPass: isAasError(error) && error.retryable };
  }
}

/** What it has in the queue goes with it: asked for again, it is another entry. Returns null, for a step keeps what it returns. */
export async function failRollback(deps: PipelineDeps, id: RollbackId, reason: string): Promise<null> {
  const rollback = await getRollback(deps, id);
  await changeRollback(deps, rollback, { type: "failed", reason }, (stores, current) =>
    withdrawRevert(deps, stores, current),
  );
  await closeStagingOfRun(deps, rollback.runId);
  return null;
}

async function enqueueRevert(deps: PipelineDeps, id: RollbackId): Promise<null> {
  const rollback = await getRollback(deps, id);
  if (rollback.state.status !== "requested") return null;
  const run = await deps.db.runs.get(rollback.runId);
  const entry = await enqueue(deps, run, {
    kind: "revert",
    source: rollback.landedSha,
    needsApproval: false,
  });
  await changeRollback(deps, rollback, { type: "queued", integrationId: entry.id });
  return null;
}

async function standingOf(deps: PipelineDeps, id: RollbackId): Promise<QueueStanding<"settled">> {
  const rollback = await getRollback(deps, id);
  if (rollback.state.status !== "reverting") return { kind: "end", end: "settled" };
  const entry = await getIntegration(deps.db, rollback.state.integrationId);
  if (entry.outcome === null) return { kind: "in_queue", entry };
  if (entry.outcome.kind === "landed") await followRevert(deps, rollback, entry.id, entry.outcome.sha);
  else {
    const reason = [entry.outcome.reason, ...entry.outcome.details].join(": ");
    await changeRollback(deps, rollback, { type: "failed", reason });
  }
  return { kind: "end", end: "settled" };
}

async function followRevert(
  deps: PipelineDeps,
  rollback: Rollback,
  integrationId: IntegrationId,
  revertSha: Sha,
): Promise<void> {
  for (const task of await deps.db.tasks.listOfRun(rollback.runId)) {
    await changeTask(deps, task.id, { type: "rolled_back" });
  }
  const entries = await deps.db.queue.listIntegrationsOfRun(rollback.runId);
  const landed = entries.find((entry) => entry.kind === "run" && entry.outcome?.kind === "landed");
  if (landed !== undefined) await changeDeployment(deps, landed, { type: "rolled_back", revertSha });
  await bringCheckout(deps, await deps.db.runs.get(rollback.runId), revertSha);
  await changeRollback(deps, rollback, { type: "landed", revertSha });
  deps.log.info({ rollbackId: rollback.id, integrationId }, "run rolled back");
}

async function changeRollback(
  deps: PipelineDeps,
  rollback: Rollback,
  event: RollbackEvent,
  along: (stores: Stores, current: Rollback) => Promise<boolean> = async () => true,
): Promise<void> {
  const run = await deps.db.runs.get(rollback.runId);
  await compareAndSet<Rollback>(
    deps,
    {
      load: async (stores) => (await stores.queue.findRollback(rollback.id)) ?? rollback,
      replace: (stores, next) => stores.queue.replaceRollback(next),
    },
    async (current, stores) => {
      const state = applyRollbackEvent(current.state, event);
      if (state === current.state) return keep;
      if (!(await along(stores, current))) return lost;
      const shared = { projectId: run.projectId, runId: run.id };
      const from = current.state.status;
      const told = makeEvent(deps, {
        ...shared,
        type: "rollback.changed",
        subject: current.id,
        from,
        to: state.status,
      });
      const rolledBack = makeEvent(deps, {
        ...shared,
        type: "run.rolled_back",
        subject: run.id,
        reason: current.reason,
      });
      const events = state.status === "completed" ? [told, rolledBack] : [told];
      return { kind: "write", next: { ...current, state }, events };
    },
  );
}

async function getRollback(deps: PipelineDeps, id: RollbackId): Promise<Rollback> {
  const rollback = await deps.db.queue.findRollback(id);
  if (rollback === null) throw new TypeError(`No rollback ${id}`);
  return rollback;
}
