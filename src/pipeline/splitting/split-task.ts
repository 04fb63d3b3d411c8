import { AasError } from "../../domain/errors.ts";
import type { Run } from "../../domain/run.ts";
import { splitObstacle } from "../../domain/planning/split-task.ts";
import type { Task } from "../../domain/task.ts";
import { syncBoard } from "../board/sync-board.ts";
import { changeRun } from "../recording/change-run.ts";
import { draftParts, type PartsDraft } from "./draft-parts.ts";
import { openSplitRun } from "./open-split-run.ts";
import { recordParts } from "./record-parts.ts";
import type { SplitDeps, SplitRequest } from "./split-request.ts";

export interface Split extends Pick<PartsDraft, "repairs" | "warnings"> {
  readonly run: Run;
  readonly parent: Task;
  readonly parts: readonly Task[];
}

/** Also how long the claim of a command that died stands in the way. */
const leaseMs = 60_000;

/**
 * Makes parts of one task: `AAS-211-1`, `AAS-211-2` … that it then waits for. What is asked of a model on the way is paid
 * out of a run of its own, so that caps hold and nothing is paid twice; a command that died is gone on with by the next.
 */
export async function splitTask(deps: SplitDeps, request: SplitRequest, signal: AbortSignal): Promise<Split> {
  const { projectId, key } = request;
  // One person may sit at two terminals: the claim is the command's, not theirs.
  const holder = `${deps.actor}:${deps.ids.next()}`;
  const lease = await deps.leases.claim(`split:${projectId}:${key}`, holder, leaseMs);
  if (lease === null) {
    throw new AasError("conflict", `${key} is being split by another command.`, {
      cure: `aas task show ${key}; when that command has died, try again in a minute.`,
    });
  }
  try {
    const notes = await syncBoard(deps, projectId);
    const parent = await findSplittable(deps, request);
    const split = await planAndRecord(deps, request, parent, signal);
    const later = await syncBoard(deps, projectId);
    return { ...split, warnings: [...split.warnings, ...new Set([...notes, ...later])] };
  } finally {
    await deps.leases.release(lease);
  }
}

/** The task, if it can be split now. */
export async function findSplittable(
  { db }: Pick<SplitDeps, "db">,
  { projectId, key }: Pick<SplitRequest, "projectId" | "key">,
): Promise<Task> {
  const task = await db.tasks.findByKey(projectId, key);
  if (task === null) {
    throw new AasError("not_found", `There is no task ${key}.`, { cure: "aas task list" });
  }
  const parts = (await db.tasks.list(projectId)).filter(({ parent }) => parent === key);
  const owner = task.runId === null ? null : await db.runs.find(task.runId);
  const obstacle = splitObstacle(task, owner, parts);
  if (obstacle === null) return task;
  throw new AasError("conflict", obstacle, { cure: `aas task show ${key}` });
}

async function planAndRecord(
  deps: SplitDeps,
  request: SplitRequest,
  parent: Task,
  signal: AbortSignal,
): Promise<Split> {
  const run = await openSplitRun(deps, request, parent);
  try {
    const draft = await draftParts(deps, run, parent, signal);
    return { ...draft, ...(await recordParts(deps, run, parent, draft)) };
  } catch (error) {
    if (!(error instanceof AasError && error.retryable)) await giveUp(deps, run, error);
    throw error;
  }
}

/** An outage leaves the run open: the next command goes on with it and pays for no answer again. */
async function giveUp(deps: SplitDeps, run: Run, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : "unknown";
  await changeRun(deps, run.id, { type: "canceled" }, { reason });
}
