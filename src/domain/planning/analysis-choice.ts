import type { RunId, TaskKey } from "../ids.ts";
import { isTerminal, type Run } from "../run.ts";
import type { Task, TaskState } from "../task.ts";

/** The board as it is when tasks are chosen to be asked about. */
export interface AnalysisBoard {
  readonly tasks: readonly Task[];
  readonly runs: readonly Pick<Run, "id" | "state" | "source">[];
  /** Tasks that an answer is kept of, by the run that asked. */
  readonly answered: ReadonlyMap<TaskKey, RunId>;
}

/** Why a task is not sent to be asked about. */
export type AnalysisObstacle =
  | { readonly kind: "not_queued"; readonly status: TaskState["status"] }
  /** A blueprint builds it, and asks nobody. */
  | { readonly kind: "no_model" }
  | { readonly kind: "waits"; readonly for: readonly TaskKey[] }
  | { readonly kind: "has_run"; readonly runId: RunId }
  | { readonly kind: "answered"; readonly runId: RunId }
  /** A run that has ended had it: only a person asks for it again. */
  | { readonly kind: "had_run"; readonly runId: RunId };

/** Everything that is queued, waits for nothing and was never taken up: nobody has to name it. */
export function tasksToAnalyse(board: AnalysisBoard): readonly Task[] {
  return board.tasks.filter((task) => analysisObstacle(task, board) === null);
}

/** The first thing in the way; what a task waits for may be named along with it. */
export function analysisObstacle(
  task: Task,
  board: AnalysisBoard,
  named: readonly TaskKey[] = [],
): AnalysisObstacle | null {
  const owners = board.runs.filter((run) => hasTask(run, task));
  const open = owners.find((run) => !isTerminal(run.state));
  if (open !== undefined) return { kind: "has_run", runId: open.id };
  if (task.state.status !== "queued") return { kind: "not_queued", status: task.state.status };
  if (task.builder.kind !== "model") return { kind: "no_model" };
  const waits = openNeeds(task, board.tasks).filter((key) => !named.includes(key));
  if (waits.length > 0) return { kind: "waits", for: waits };
  return pastOf(task, board, owners);
}

function pastOf(
  { key }: Task,
  { answered }: AnalysisBoard,
  owners: AnalysisBoard["runs"],
): AnalysisObstacle | null {
  const answeredBy = answered.get(key);
  if (answeredBy !== undefined) return { kind: "answered", runId: answeredBy };
  const [past] = owners;
  return past === undefined ? null : { kind: "had_run", runId: past.id };
}

/** A run that has only just been recorded names its tasks and has not taken them up yet. */
function hasTask(run: AnalysisBoard["runs"][number], { key, runId }: Task): boolean {
  return runId === run.id || (run.source.kind === "tasks" && run.source.keys.includes(key));
}

/** A run of its own builds upon what stands on the base branch, so what a task waits for must be done. */
function openNeeds({ dependsOn }: Task, tasks: readonly Task[]): readonly TaskKey[] {
  return dependsOn.filter((key) => {
    const needed = tasks.find((each) => each.key === key);
    return needed !== undefined && needed.state.status !== "done";
  });
}
