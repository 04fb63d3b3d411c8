import { AasError } from "../../domain/errors.ts";
import { makeId, type RunId } from "../../domain/ids.ts";
import type { Rollback } from "../../domain/rollback.ts";
import type { IdSource } from "../../ports/id-source.ts";
import { insertOnce } from "../recording/insert-once.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

/** Records that a landed run shall be undone. The revert goes through the queue like everything else. */
export async function requestRollback(
  deps: RecordingDeps & { readonly ids: IdSource },
  runId: RunId,
  reason: string,
): Promise<Rollback> {
  const run = await deps.db.runs.get(runId);
  const earlier = (await deps.db.queue.listRollbacks(run.projectId)).filter((each) => each.runId === runId);
  const open = earlier.find((each) => each.state.status !== "failed");
  if (open !== undefined) return open;
  const entries = await deps.db.queue.listIntegrationsOfRun(runId);
  const landed = entries.find((entry) => entry.kind === "run" && entry.outcome?.kind === "landed")?.outcome;
  if (landed?.kind !== "landed") {
    throw new AasError("conflict", `Run ${runId} has not landed, so there is nothing to roll back.`, {
      cure: `aas automate status ${runId}`,
    });
  }
  const rollback: Rollback = {
    id: makeId("rbk", deps.ids.next()),
    runId,
    version: 1,
    landedSha: landed.sha,
    reason,
    requestedBy: deps.actor,
    state: { status: "requested" },
    createdAt: deps.clock.now(),
  };
  const isFirst = await insertOnce(deps, async (stores) => {
    await stores.queue.insertRollback(rollback);
    const shared = { projectId: run.projectId, runId, subject: rollback.id };
    await stores.events.append([
      makeEvent(deps, {
        ...shared,
        type: "rollback.requested",
        to: "requested",
        reason,
        details: { sha: landed.sha },
      }),
    ]);
  });
  return isFirst ? rollback : requestRollback(deps, runId, reason);
}
