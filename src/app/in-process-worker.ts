import type { OpenedControl } from "./open-control.ts";
import { work } from "./run-project-worker.ts";

/** Does the work in this process while something else goes on: for facts that only one process may open. */
export async function withInProcessWorker<Result>(
  control: OpenedControl,
  meanwhile: () => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const working = work(control, { buildConcurrency: 2, stop: stop.signal, idleExitMs: null });
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
