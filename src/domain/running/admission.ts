import type { RunId } from "../ids.ts";
import { byPriorityAndAge } from "../priority.ts";
import { isActive, type Run } from "../run.ts";

/** Which queued runs start now: the first by priority and age, while places are free. A paused run holds no place. */
export function admitRuns(runs: readonly Run[], maxConcurrentRuns: number): readonly RunId[] {
  const taken = runs.filter((run) => run.state.status === "running" && isDriven(run)).length;
  const free = Math.max(0, maxConcurrentRuns - taken);
  const queued = runs.filter((run) => run.state.status === "queued").toSorted(byPriorityAndAge);
  return queued.slice(0, free).map((run) => run.id);
}

/** Runs that some worker must be driving. */
export function runsToDrive(runs: readonly Run[]): readonly Run[] {
  return runs.filter((run) => isActive(run.state) && isDriven(run));
}

/** What plans the parts of a task is done by a command, and takes no place of a worker. */
function isDriven(run: Run): boolean {
  return run.source.kind !== "split";
}
