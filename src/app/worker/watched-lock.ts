import type { ProcessLock } from "./process-lock.ts";

export interface WatchedLock extends Disposable {
  /** Aborted when the lock is not ours any more. */
  readonly lost: AbortSignal;
}

/**
 * Who deletes a project's folder takes the lock of its worker along: nobody finds that worker any more, and the next
 * command starts another beside it.
 */
export function watchLock(lock: Pick<ProcessLock, "isHeld">, everyMs: number): WatchedLock {
  const loss = new AbortController();
  const timer = setInterval(() => {
    if (!lock.isHeld()) loss.abort();
  }, everyMs);
  timer.unref();
  return { lost: loss.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
