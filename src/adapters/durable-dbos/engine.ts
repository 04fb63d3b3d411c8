import type * as Sdk from "@dbos-inc/dbos-sdk";
import type * as ExecutorModule from "@dbos-inc/dbos-sdk/internal/dbos-executor";
import type * as SystemDatabaseModule from "@dbos-inc/dbos-sdk/internal/system_database";
import type * as LogsModule from "@dbos-inc/dbos-sdk/internal/telemetry/logs";
import type * as UtilsModule from "@dbos-inc/dbos-sdk/internal/utils";
import type * as QueueModule from "@dbos-inc/dbos-sdk/internal/wfqueue";

/**
 * All of DBOS that we use, its internals included: the version is pinned, and the contract suite of the port covers each.
 * It costs 80 ms to load and is one per process, hence only whoever drives work loads it.
 */
export interface Engine {
  readonly DBOS: typeof Sdk.DBOS;
  readonly errors: typeof Sdk.Error;
  /** For `recoverPendingWorkflows`, which DBOS itself calls only for its own executor. */
  readonly DBOSExecutor: typeof ExecutorModule.DBOSExecutor;
  /** Unlike the public one, a process can have limits of its own, and migrate through a pool that it was given. */
  readonly registerInternalQueue: typeof QueueModule.registerInternalQueue;
  readonly ensureSystemDatabase: typeof SystemDatabaseModule.ensureSystemDatabase;
  readonly GlobalLogger: typeof LogsModule.GlobalLogger;
  /** Where work goes that had no queue when its process died. */
  readonly recoveryQueue: string;
}

/**
 * Name and version of the application, fixed for ever: DBOS recovers only work of its own. Other applications may use the
 * same tables; workflows evolve by patches.
 */
export const application = "aas";

/** After a long outage nobody should sit out a minute before looking again. */
const longestRetrySeconds = 2;

export async function loadEngine(): Promise<Engine> {
  const [sdk, executor, queues, systemDatabase, logs, utils] = await Promise.all([
    import("@dbos-inc/dbos-sdk"),
    import("@dbos-inc/dbos-sdk/internal/dbos-executor"),
    import("@dbos-inc/dbos-sdk/internal/wfqueue"),
    import("@dbos-inc/dbos-sdk/internal/system_database"),
    import("@dbos-inc/dbos-sdk/internal/telemetry/logs"),
    import("@dbos-inc/dbos-sdk/internal/utils"),
  ]);
  const retries: typeof UtilsModule.dbRetryConfig = utils.dbRetryConfig;
  retries.maxBackoffSec = longestRetrySeconds;
  return {
    DBOS: sdk.DBOS,
    errors: sdk.Error,
    DBOSExecutor: executor.DBOSExecutor,
    registerInternalQueue: queues.registerInternalQueue,
    ensureSystemDatabase: systemDatabase.ensureSystemDatabase,
    GlobalLogger: logs.GlobalLogger,
    recoveryQueue: utils.INTERNAL_QUEUE_NAME,
  };
}
