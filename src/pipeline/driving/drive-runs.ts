import { admitRuns, runsToDrive } from "../../domain/running/admission.ts";
import type { BatchId, ProjectId, RollbackId, RunId, TaskId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Rollback } from "../../domain/rollback.ts";
import type { Run } from "../../domain/run.ts";
import { runWorkflowId } from "../names.ts";
import type { DurableDefinitions } from "../../ports/durable.ts";
import { buildTask } from "../building/build-task.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { driveToEnd } from "./end-batches.ts";
import { failRollback, rollBackRun } from "../queue/roll-back.ts";
import { changeRun } from "../recording/change-run.ts";
import { areOutdated, type ComposedSettings } from "../control/settings-note.ts";
import { runGoal } from "../run-goal.ts";

/** The workflows that a worker runs, over the same functions in every mode. */
export function workflowDefinitions(deps: PipelineDeps, buildConcurrency: number): DurableDefinitions {
  return {
    queues: [{ name: "build", workerConcurrency: buildConcurrency, isSerialPerKey: false }],
    workflows: [
      {
        name: "run-goal",
        run: async (context, input) => {
          await runGoal(context, deps, { runId: field(input, "runId") as RunId, epoch: epochIn(input) });
          return null;
        },
      },
      {
        name: "build-task",
        run: async (context, input) => {
          const ids = { runId: field(input, "runId") as RunId, taskId: field(input, "taskId") as TaskId };
          await buildTask(context, deps, ids);
          return null;
        },
      },
      {
        name: "call-off-batch",
        run: async (context, input) => {
          await driveToEnd(context, deps, field(input, "batchId") as BatchId);
          return null;
        },
      },
      {
        name: "roll-back",
        run: async (context, input) => {
          await rollBackRun(context, deps, field(input, "rollbackId") as RollbackId);
          return null;
        },
      },
    ],
  };
}

function field(input: Json, name: string): string {
  const value =
    typeof input === "object" && input !== null ? (input as Record<string, Json>)[name] : undefined;
  if (typeof value !== "string") throw new TypeError(`A workflow was started without ${name}`);
  return value;
}

function epochIn(input: Json): number {
  const value = typeof input === "object" && input !== null ? (input as Record<string, Json>)["epoch"] : null;
  if (typeof value !== "number") throw new TypeError("A workflow was started without epoch");
  return value;
}

/** Whose runs a worker admits, how many at once, and with which settings it would drive them. */
export interface Admission {
  readonly projectId: ProjectId;
  readonly maxConcurrentRuns: number;
  readonly composed: ComposedSettings;
}

/**
 * Makes sure that everything that should move has a workflow: admits queued runs, starts what is missing. Called again
 * and again by every worker; starting a workflow twice starts it once.
 */
export async function driveRuns(deps: PipelineDeps, admission: Admission): Promise<number> {
  const { projectId } = admission;
  await admit(deps, admission);
  const driven = runsToDrive(await deps.db.runs.list(projectId, { statuses: ["running", "paused"] }));
  for (const run of driven) await startRunWorkflow(deps, run);
  const rollbacks = await startRollbacks(deps, projectId);
  return driven.filter((run) => run.state.status === "running").length + rollbacks;
}

const admissionTtlMs = 10_000;

/** Two workers that admitted at once would go past the limit together: one decides for all. */
async function admit(
  deps: PipelineDeps,
  { projectId, maxConcurrentRuns, composed }: Admission,
): Promise<void> {
  const queued = await deps.db.runs.list(projectId, { statuses: ["queued"], limit: 1 });
  if (queued.length === 0) return;
  const lease = await deps.db.leases.claim(`admission:${projectId}`, deps.actor, admissionTtlMs);
  if (lease === null) return;
  try {
    const open = await deps.db.runs.list(projectId, { statuses: ["queued", "running", "paused"] });
    // Asked after they were listed: a run among them that was started with other settings is found here.
    if (await areOutdated(deps.db, projectId, composed)) return;
    for (const id of admitRuns(open, maxConcurrentRuns)) await changeRun(deps, id, { type: "started" });
  } finally {
    await deps.db.leases.release(lease);
  }
}

/**
 * A workflow that is over drives nothing any more, and starting it again would change nothing: people are told. The run
 * may have been settled, or retried, since it was read.
 */
async function startRunWorkflow(deps: PipelineDeps, run: Run): Promise<void> {
  const { id: runId, epoch } = run;
  const id = runWorkflowId(run);
  const earlier = await deps.durable.find(id);
  if (earlier !== null && earlier.kind !== "pending") {
    const message =
      earlier.kind === "failed" ? earlier.message : "What drives the run ended before the run did.";
    const error = { code: "internal", message, cure: `aas automate retry ${runId}` } as const;
    await changeRun(deps, runId, { type: "failed", code: "internal" }, { error, epoch });
    return;
  }
  await deps.durable.start({
    workflow: "run-goal",
    id,
    input: { runId: run.id, epoch: run.epoch },
    queue: null,
  });
}

async function startRollbacks(deps: PipelineDeps, projectId: ProjectId): Promise<number> {
  const rollbacks = await deps.db.queue.listRollbacks(projectId);
  const open = rollbacks.filter(
    (each) => each.state.status === "requested" || each.state.status === "reverting",
  );
  for (const rollback of open) await startRollbackWorkflow(deps, rollback);
  return open.length;
}

/** As with runs: one whose workflow is over is driven by nobody, and would be waited for without end. */
async function startRollbackWorkflow(deps: PipelineDeps, { id: rollbackId }: Rollback): Promise<void> {
  const id = `rollback:${rollbackId}`;
  const earlier = await deps.durable.find(id);
  if (earlier !== null && earlier.kind !== "pending") {
    const reason = earlier.kind === "failed" ? earlier.message : `Its workflow is ${earlier.kind}.`;
    await failRollback(deps, rollbackId, reason);
    return;
  }
  await deps.durable.start({ workflow: "roll-back", id, input: { rollbackId }, queue: null });
}
