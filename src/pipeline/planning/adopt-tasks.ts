import { AasError } from "../../domain/errors.ts";
import { toTaskKey } from "../../domain/ids.ts";
import { isTerminal, type Run } from "../../domain/run.ts";
import { applyTaskEvent, type Task } from "../../domain/task.ts";
import { unprovenTasks } from "../../domain/unproven-tasks.ts";
import type { Database } from "../../ports/database.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import type { StageOutcome } from "../stage-outcome.ts";
import { noChecksOutcome } from "./no-checks.ts";
import { planAccepted } from "./plan-accepted.ts";

export type Adoption = StageOutcome | { readonly kind: "adopted"; readonly tasks: readonly Task[] };

/** Tasks that stand on the board already become this run's, unless another run works on them or nothing is left to do. */
export async function adoptTasks(deps: RecordingDeps, run: Run, keys: readonly string[]): Promise<Adoption> {
  const found = await findNamedTasks(deps.db, run, keys);
  const problems = [...missingOf(keys, found), ...(await obstaclesOf(deps.db, run, found))];
  if (problems.length > 0) return { kind: "paused", reason: "needs_plan", message: problems.join(" ") };
  const unproven = unprovenTasks(run.policy.checks, found).map((task) => task.key);
  if (unproven.length > 0) return noChecksOutcome(unproven);
  const tasks = found.map((task) => ({ ...asQueued(task), runId: run.id, updatedAt: deps.clock.now() }));
  await deps.db.transaction(async (stores) => {
    for (const task of tasks) {
      if (!(await stores.tasks.replace(task)))
        throw new AasError("conflict", `${task.key} was changed meanwhile.`, { retryable: true });
    }
    await stores.events.append([planAccepted(deps, run, tasks, [])]);
    return true;
  });
  return { kind: "adopted", tasks };
}

export async function findNamedTasks(
  db: Database,
  { projectId }: Pick<Run, "projectId">,
  keys: readonly string[],
): Promise<readonly Task[]> {
  const unique = [...new Set(keys)];
  const tasks = await Promise.all(unique.map((key) => db.tasks.findByKey(projectId, toTaskKey(key))));
  return tasks.filter((task) => task !== null);
}

function missingOf(keys: readonly string[], tasks: readonly Task[]): readonly string[] {
  const missing = keys.filter((key) => !tasks.some((task) => task.key === key));
  return missing.length === 0 ? [] : [`These tasks do not exist: ${missing.join(", ")}.`];
}

async function obstaclesOf(db: Database, run: Run, tasks: readonly Task[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const task of tasks) {
    const owner = task.runId === null || task.runId === run.id ? null : await db.runs.find(task.runId);
    if (owner !== null && !isTerminal(owner.state))
      problems.push(`${task.key} is worked on by ${owner.id} already.`);
    else if (!canStart(task)) problems.push(`${task.key} is ${task.state.status}: nothing is left to do.`);
    for (const key of task.dependsOn) {
      if (tasks.some((each) => each.key === key)) continue;
      const needed = await db.tasks.findByKey(task.projectId, key);
      if (needed !== null && needed.state.status !== "done")
        problems.push(`${task.key} waits for ${key}, which is not done: name it too.`);
    }
  }
  return problems;
}

function canStart({ state }: Task): boolean {
  return state.status === "queued" || state.status === "needs_review";
}

/** What another run gave up on gets another round. */
function asQueued(task: Task): Task {
  const state = applyTaskEvent(task.state, { type: "retried" });
  return state === task.state ? task : { ...task, state, round: task.round + 1 };
}
