import type { IntegrationId, RollbackId, Sha } from "../../domain/ids.ts";
import { applyRollbackEvent, type Rollback, type RollbackEvent } from "../../domain/rollback.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { changeTask } from "../recording/change-task.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { makeEvent } from "../recording/make-event.ts";
import { advanceQueue } from "./advance-queue.ts";
import { bringCheckout } from "./bring-checkout.ts";
import { getIntegration } from "./change-integration.ts";
import { enqueue } from "./enqueue.ts";
import { changeDeployment } from "./land.ts";

const lookAgainMs = 2_000;

/** Undoes a landed run by a revert commit through the queue; the tasks, the deployment and the board follow. */
export async function rollBackRun(
  context: WorkflowContext,
  deps: PipelineDeps,
  id: RollbackId,
): Promise<void> {
  await context.step("rollback.enqueue", () => enqueueRevert(deps, id));
  for (;;) {
    const look = await context.step("rollback.look", () => driveUntilReverted(deps, id, context.signal));
    if (look === "settled") return;
    await context.waitSignal("wake", lookAgainMs);
  }
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

async function driveUntilReverted(
  deps: PipelineDeps,
  id: RollbackId,
  signal: AbortSignal,
): Promise<"settled" | "waiting"> {
  for (;;) {
    const rollback = await getRollback(deps, id);
    if (rollback.state.status !== "reverting") return "settled";
    const { outcome } = await getIntegration(deps.db, rollback.state.integrationId);
    if (outcome?.kind === "landed") {
      await followRevert(deps, rollback, rollback.state.integrationId, outcome.sha);
      return "settled";
    }
    if (outcome?.kind === "rejected") {
      const reason = [outcome.reason, ...outcome.details].join(": ");
      await changeRollback(deps, rollback, { type: "failed", reason });
      return "settled";
    }
    const run = await deps.db.runs.get(rollback.runId);
    const queue = { projectId: run.projectId, branch: run.baseBranch };
    if ((await advanceQueue(deps, queue, { mayLand: true }, signal)) === "idle") return "waiting";
  }
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

async function changeRollback(deps: PipelineDeps, rollback: Rollback, event: RollbackEvent): Promise<void> {
  const run = await deps.db.runs.get(rollback.runId);
  await compareAndSet<Rollback>(
    deps,
    {
      load: async (stores) => (await stores.queue.findRollback(rollback.id)) ?? rollback,
      replace: (stores, next) => stores.queue.replaceRollback(next),
    },
    (current) => {
      const state = applyRollbackEvent(current.state, event);
      if (state === current.state) return keep;
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
