import { setTimeout as sleep } from "node:timers/promises";
import { AasError } from "../../domain/errors.ts";

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

/** The engine waits for ever for a database that is away; a caller does not. */
export async function valueWithin<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const found = work.then((value) => ({ value }));
  if (!(await within(limitMs, found))) {
    throw new AasError("database_unavailable", `The database did not answer in ${limitMs / 1000} s`, {
      retryable: true,
      cure: "aas doctor",
    });
  }
  const { value } = await found;
  return value;
}
