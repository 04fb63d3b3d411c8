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
