import type { OpenedControl } from "../project/open-control.ts";
import { work } from "./run-project-worker.ts";
import { ensureWorker } from "./worker-process.ts";

/**
 * Does something while a worker works: a background process of its own, or this process where only one may open the
 * facts.
 */
export async function withWorker<Result>(
  control: OpenedControl,
  meanwhile: () => Promise<Result>,
): Promise<Result> {
  if (control.store.choice.kind !== "pglite") {
    ensureWorker(control.home);
    return meanwhile();
  }
  const stop = new AbortController();
  const working = work(control, { buildConcurrency: 2, stop: stop.signal, idleExitMs: null, terminal: null });
  try {
    return await Promise.race([meanwhile(), working.then(() => never<Result>())]);
  } finally {
    stop.abort();
    await working;
  }
}

/** A worker that ends early has failed, and its error says why. */
function never<Result>(): Promise<Result> {
  return Promise.reject(new TypeError("The worker in this process ended early"));
}
