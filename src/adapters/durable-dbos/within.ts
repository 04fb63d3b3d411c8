import { setTimeout as sleep } from "node:timers/promises";

/** Waits for the work or the time, whichever is first. False: the work goes on without us. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const inTime = work.then(() => true);
  const late = sleep(limitMs, false, { signal: over.signal }).catch(() => false);
  try {
    return await Promise.race([inTime, late]);
  } finally {
    over.abort();
  }
}
