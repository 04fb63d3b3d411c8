import { isUnsent } from "../../domain/batch.ts";
import type { Run } from "../../domain/run.ts";
import { makeEvent } from "../recording/make-event.ts";
import { noteRefused } from "./advance-batch.ts";
import type { BatchDeps } from "./batch-deps.ts";

/** A server without a batch API is asked for none again: what was to go there is asked call by call, and that is told once. */
export async function goWithoutBatches(deps: BatchDeps, run: Run, reason: string): Promise<void> {
  for (const batch of await deps.db.batches.listHeadsOfRun(run.id)) {
    if (isUnsent(batch.state))
      await noteRefused(deps, batch, { trouble: "no_batches", message: reason, since: null });
  }
  const { projectId, id } = run;
  const { provider } = deps.batchProvider;
  const events = await deps.db.events.listOfRun(id);
  if (events.some(({ type }) => type === "batch.unsupported")) return;
  await deps.db.events.append([
    makeEvent(deps, {
      projectId,
      runId: id,
      type: "batch.unsupported",
      subject: provider,
      reason: `${provider} has no batches for this model; each task is asked about by a call of its own.`,
      details: { said: reason },
    }),
  ]);
}
