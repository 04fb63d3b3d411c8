import type { Run } from "../run.ts";
import { stages, type Stage } from "../stage.ts";
import { isCollected, type Task } from "../task.ts";

const weights: Readonly<Record<Stage, number>> = {
  decompose: 5,
  batch: 5,
  wait: 15,
  implement: 50,
  validate: 15,
  deploy: 8,
  notify: 2,
};

/** How far a run is, 0…1: finished stages in full, implement by its settled tasks. It goes back only when a person sends finished work back. */
export function progressOf(run: Pick<Run, "state" | "stageResults">, tasks: readonly Task[]): number {
  if (run.state.status === "completed") return 1;
  const finished = new Set(
    run.stageResults.filter((result) => result.status !== "failure").map((result) => result.stage),
  );
  const shareOf = (stage: Stage): number => {
    if (finished.has(stage)) return 1;
    return stage === "implement" && finished.has("wait") ? shareOfTasks(tasks) : 0;
  };
  return stages.reduce((sum, stage) => sum + weights[stage] * shareOf(stage), 0) / 100;
}

/** A canceled task counts like a collected one: nothing is left to do on it, and canceling a run takes nothing back. */
function shareOfTasks(tasks: readonly Task[]): number {
  const settled = tasks.filter((task) => isCollected(task.state) || task.state.status === "canceled");
  return tasks.length === 0 ? 0 : settled.length / tasks.length;
}
