import { isBatchDelayed } from "../../domain/batching/batch-delay.ts";
import type { BatchHead } from "../../domain/batch.ts";
import type { Run } from "../../domain/run.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

/** A long wait is told once for each batch; how long it lasts is seen in its status. */
export async function tellDelay(
  deps: RecordingDeps,
  run: Run,
  batch: BatchHead,
  counts: { readonly done: number; readonly total: number },
): Promise<void> {
  if (!isBatchDelayed(batch.state, deps.clock.now())) return;
  const events = await deps.db.events.listOfRun(run.id);
  if (events.some(({ type, subject }) => type === "batch.delayed" && subject === batch.id)) return;
  await deps.db.events.append([
    makeEvent(deps, {
      projectId: run.projectId,
      runId: run.id,
      type: "batch.delayed",
      subject: batch.id,
      reason: `${batch.provider} has had it for more than an hour.`,
      details: { done: counts.done, total: counts.total },
    }),
  ]);
}
