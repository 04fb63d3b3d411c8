import { currentStage, type Run } from "./run.ts";
import { stages, type Stage } from "./stage.ts";
import { isCollected, type Task } from "./task.ts";

const weights: Readonly<Record<Stage, number>> = {
  decompose: 5,
  batch: 5,
  wait: 15,
  implement: 50,
  validate: 15,
  deploy: 8,
  notify: 2,
};

/** How far a run is, 0…1: finished stages in full, implement by its collected tasks. */
export function progressOf(run: Pick<Run, "state" | "stageResults">, tasks: readonly Task[]): number {
  if (run.state.status === "completed") return 1;
  const finished = new Set(
    run.stageResults.filter((result) => result.status !== "failure").map((result) => result.stage),
  );
  const share = (stage: Stage): number => (finished.has(stage) ? 1 : partOf(stage, run, tasks));
  return stages.reduce((sum, stage) => sum + weights[stage] * share(stage), 0) / 100;
}

function partOf(stage: Stage, run: Pick<Run, "state">, tasks: readonly Task[]): number {
  if (stage !== "implement" || currentStage(run.state) !== "implement" || tasks.length === 0) return 0;
  return tasks.filter((task) => isCollected(task.state)).length / tasks.length;
}
