import type { Logger } from "../../ports/logger.ts";
import type { Engine } from "./engine.ts";
import { repeat, type Repetition } from "./repeat.ts";
import type { Workers } from "./workers.ts";

export interface FailOverParts {
  readonly engine: Engine;
  readonly workers: Workers;
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
  const { engine, workers, log, beatMs } = parts;
  return repeat(
    beatMs,
    async () => {
      await workers.beat();
      if (!parts.mayTakeOver()) return;
      const dead = await workers.listDead();
      if (dead.length === 0) return;
      const taken = await engine.DBOSExecutor.globalInstance?.recoverPendingWorkflows([...dead]);
      log.warn({ workers: dead, workflows: taken?.length ?? 0 }, "work of dead workers taken over");
    },
    (error) => log.warn({ error }, "heartbeat failed"),
  );
}
