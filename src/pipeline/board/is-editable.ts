import { isTerminal, type Run } from "../../domain/run.ts";
import { type Stage, stages } from "../../domain/stage.ts";
import { isCollected, type Task } from "../../domain/task.ts";
import { waitingFor } from "../../domain/graph/task-graph.ts";

/**
 * Whether what people change in a task can still count: nobody works on it, and it was not handed to anybody. From the
 * stage `implement` on, a task that waits for nothing in its run is in some worker's queue as it was put there.
 */
export function isEditable(task: Task, run: Run | null, byKey: ReadonlyMap<string, Task>): boolean {
  if (task.state.status !== "queued") return false;
  if (run === null || isTerminal(run.state) || !hasReachedImplement(run)) return true;
  return isWaiting(task, byKey, (each) => each.runId === task.runId);
}

function hasReachedImplement(run: Run): boolean {
  const stage: Stage = "stage" in run.state ? run.state.stage : "decompose";
  return stages.indexOf(stage) >= stages.indexOf("implement");
}

/** Whether it waits for a task that is not collected yet. */
export function isBlocked(task: Task, byKey: ReadonlyMap<string, Task>): boolean {
  return isWaiting(task, byKey, () => true);
}

function isWaiting(
  task: Task,
  byKey: ReadonlyMap<string, Task>,
  counts: (dependency: Task) => boolean,
): boolean {
  const dependencies = task.dependsOn.flatMap((key) => byKey.get(key) ?? []).filter(counts);
  return waitingFor(task, dependencies, (each) => isCollected(each.state)).length > 0;
}
