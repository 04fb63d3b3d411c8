import type { Logger } from "../../ports/logger.ts";
import type { Engine } from "./engine.ts";
import type { Executions } from "./execution.ts";
import { returnStranded } from "./ownership.ts";
import { repeat, type Repetition } from "./repeat.ts";
import type { SqlPool } from "./sql-pool.ts";
import type { Workers } from "./workers.ts";

export interface FailOverParts {
  readonly engine: Engine;
  readonly workers: Workers;
  readonly sql: SqlPool;
  readonly executorId: string;
  readonly executions: Executions;
  readonly log: Logger;
  readonly beatMs: number;
  /** A worker that is stopping gives signs of life to the end, but takes nothing over any more. */
  mayTakeOver(): boolean;
}

/**
 * Signs of life, and after each a look at everybody's: whoever is dead loses its work to the queues. Looking at what is,
 * not at what changed, makes a round that fails in an outage harmless; DBOS fences the worker that was only slow.
 */
export function startFailOver(parts: FailOverParts): Repetition {
  const { workers, log, beatMs } = parts;
  return repeat(
    beatMs,
    async () => {
      await workers.beat();
      if (!parts.mayTakeOver()) return;
      await takeOver(parts);
      await lookAfterOwn(parts);
    },
    (error) => log.warn({ error }, "heartbeat failed"),
  );
}

async function takeOver({ engine, workers, log }: FailOverParts): Promise<void> {
  const dead = await workers.listDead();
  if (dead.length === 0) return;
  const taken = await engine.DBOSExecutor.globalInstance?.recoverPendingWorkflows([...dead]);
  log.warn({ workers: dead, workflows: taken?.length ?? 0 }, "work of dead workers taken over");
}

async function lookAfterOwn({ engine, sql, executorId, executions, log }: FailOverParts): Promise<void> {
  const own = { running: executions.list(), recoveryQueue: engine.recoveryQueue };
  const stranded = await returnStranded(sql, executorId, own);
  if (stranded.length > 0) log.warn({ workflows: stranded }, "work that an outage had stranded starts again");
}
