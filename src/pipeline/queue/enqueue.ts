import { makeId, type Sha } from "../../domain/ids.ts";
import { type Integration, isSettled } from "../../domain/integration.ts";
import type { Run } from "../../domain/run.ts";
import type { IdSource } from "../../ports/id-source.ts";
import { insertOnce } from "../recording/insert-once.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

export interface QueueRequest {
  readonly kind: Integration["kind"];
  readonly source: Sha;
  readonly needsApproval: boolean;
}

/** Puts a change into the queue of the run's base branch, once: the same source again answers the entry that is there. */
export async function enqueue(
  deps: RecordingDeps & { readonly ids: IdSource },
  run: Run,
  request: QueueRequest,
): Promise<Integration> {
  const entries = await deps.db.queue.listIntegrationsOfRun(run.id);
  const same = entries.findLast((entry) => entry.kind === request.kind && entry.source === request.source);
  if (same !== undefined && (!isSettled(same) || same.outcome?.kind === "landed")) return same;
  const integration: Integration = {
    id: makeId("int", deps.ids.next()),
    projectId: run.projectId,
    runId: run.id,
    version: 1,
    branch: run.baseBranch,
    priority: run.priority,
    ...request,
    candidate: null,
    lastCheck: null,
    approvedSha: null,
    outcome: null,
    createdAt: deps.clock.now(),
  };
  const isFirst = await insertOnce(deps, async (stores) => {
    await stores.queue.insertIntegration(integration);
    const { projectId, id: runId } = run;
    await stores.events.append([
      makeEvent(deps, {
        projectId,
        runId,
        type: "integration.queued",
        subject: integration.id,
        to: request.source,
      }),
    ]);
  });
  return isFirst ? integration : enqueue(deps, run, request);
}
