import type { Execution } from "./execution.ts";
import type { SqlPool } from "./sql-pool.ts";

/** Executions whose workflow was canceled or taken over by another worker: they may not go on. */
export async function listLost(
  pool: SqlPool,
  executorId: string,
  running: readonly Execution[],
): Promise<readonly Execution[]> {
  if (running.length === 0) return [];
  const { rows } = await pool.query<{ readonly workflow_uuid: string }>(
    `select workflow_uuid from dbos.workflow_status
     where workflow_uuid = any($1) and status = 'PENDING' and executor_id = $2`,
    [running.map((execution) => execution.workflowId), executorId],
  );
  const owned = new Set(rows.map((row) => row.workflow_uuid));
  return running.filter((execution) => !owned.has(execution.workflowId));
}

/** Between the claim of a workflow and its first line nothing takes so long, and nothing breaks if it does. */
const strandedAfterMs = 3_000;

/**
 * A claim whose answer was lost in an outage leaves work that this process owns and does not do; so does an execution
 * that the outage ended. DBOS looks at them again only after a restart of the process. Back to their queues with them:
 * whoever still held on is fenced.
 */
export async function returnStranded(
  pool: SqlPool,
  executorId: string,
  { running, recoveryQueue }: { readonly running: readonly Execution[]; readonly recoveryQueue: string },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ readonly workflow_uuid: string }>(
    `update dbos.workflow_status
     set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null,
       updated_at = (extract(epoch from now()) * 1000)::bigint, queue_name = coalesce(queue_name, $3)
     where status = 'PENDING' and executor_id = $1 and workflow_uuid <> all($2)
       and updated_at < (extract(epoch from now()) * 1000)::bigint - $4
     returning workflow_uuid`,
    [executorId, running.map((execution) => execution.workflowId), recoveryQueue, strandedAfterMs],
  );
  return rows.map((row) => row.workflow_uuid);
}
