import { setTimeout as sleep } from "node:timers/promises";
import { AasError } from "../../domain/errors.ts";
import { isConnectionLoss } from "./connection-loss.ts";

const pauseMs = 200;

/**
 * Repeats what is safe to repeat until the database is back, or no longer than the limit: the engine itself would wait
 * for ever, except where it gives up at once.
 */
export async function untilConnected<Value>(limitMs: number, work: () => Promise<Value>): Promise<Value> {
  const over = new AbortController();
  const tooLate = sleep(limitMs, null, { signal: over.signal }).then(() => {
    throw new AasError("database_unavailable", `The database did not answer in ${limitMs / 1000} s`, {
      retryable: true,
      cure: "aas doctor",
    });
  });
  try {
    return await Promise.race([repeatWhileAway(over.signal, work), tooLate]);
  } finally {
    over.abort();
    tooLate.catch(() => null);
  }
}

async function repeatWhileAway<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isConnectionLoss(error)) throw error;
    }
    await sleep(pauseMs);
  }
}
