import type { Integration, RejectionReason } from "../../domain/integration.ts";
import { isSettled } from "../../domain/integration.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Rollback } from "../../domain/rollback.ts";
import { rollBack, type Stores } from "../../ports/database.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";
import { closeStaging, writeDeploymentEvent } from "./deployment.ts";

/** Ends an entry, as it was read, without a landing; what somebody changed of it since is looked at again instead. */
export async function reject(
  deps: PipelineDeps,
  entry: Integration,
  reason: RejectionReason,
  details: readonly string[],
): Promise<void> {
  const isWritten = await deps.db.transaction(async (stores) =>
    (await writeRejection(deps, stores, entry, { reason, details })) ? true : rollBack,
  );
  if (isWritten !== null) await closeStaging(deps, entry);
}

/** What a run that fails still has in the queue goes with it, in the transaction that fails it. False: a lost race. */
export async function withdrawOfRun(deps: RecordingDeps, stores: Stores, runId: RunId): Promise<boolean> {
  const entries = await stores.queue.listIntegrationsOfRun(runId);
  return withdrawAll(
    deps,
    stores,
    entries.filter((each) => each.kind === "run"),
  );
}

/** What was withdrawn in somebody's transaction is not shown any more either. */
export async function closeStagingOfRun(deps: PipelineDeps, runId: RunId): Promise<void> {
  const entries = await deps.db.queue.listIntegrationsOfRun(runId);
  for (const entry of entries) if (entry.outcome?.kind === "rejected") await closeStaging(deps, entry);
}

/** The same for a rollback that is given up. */
export async function withdrawRevert(
  deps: RecordingDeps,
  stores: Stores,
  { runId, landedSha }: Rollback,
): Promise<boolean> {
  const entries = await stores.queue.listIntegrationsOfRun(runId);
  return withdrawAll(
    deps,
    stores,
    entries.filter((each) => each.kind === "revert" && each.source === landedSha),
  );
}

async function withdrawAll(
  deps: RecordingDeps,
  stores: Stores,
  entries: readonly Integration[],
): Promise<boolean> {
  for (const entry of entries.filter((each) => !isSettled(each))) {
    if (!(await writeRejection(deps, stores, entry, { reason: "canceled", details: [] }))) return false;
  }
  return true;
}

interface Rejection {
  readonly reason: RejectionReason;
  readonly details: readonly string[];
}

async function writeRejection(
  deps: RecordingDeps,
  stores: Stores,
  entry: Integration,
  { reason, details }: Rejection,
): Promise<boolean> {
  if (isSettled(entry)) return false;
  const outcome = { kind: "rejected", reason, details } as const;
  if (!(await stores.queue.replaceIntegration({ ...entry, outcome }))) return false;
  const why = [reason, ...details].join(": ");
  if (!(await writeDeploymentEvent(deps, stores, entry, { type: "failed", reason: why }))) return false;
  await stores.events.append([
    makeEvent(deps, {
      projectId: entry.projectId,
      runId: entry.runId,
      type: "integration.rejected",
      subject: entry.id,
      to: reason,
      reason: details.join("; "),
    }),
  ]);
  return true;
}
