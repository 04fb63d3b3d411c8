import { AasError } from "../../domain/errors.ts";
import { toTaskKey } from "../../domain/ids.ts";
import { isTerminal, type Run } from "../../domain/run.ts";
import { applyTaskEvent, type Task } from "../../domain/task.ts";
import { unprovenTasks } from "../../domain/planning/unproven-tasks.ts";
import type { Database, Stores } from "../../ports/database.ts";
import { endAttempts } from "../recording/change-attempt.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";
import { noChecksOutcome } from "./no-checks.ts";
import { planAccepted } from "./plan-accepted.ts";
import { writeFor } from "./write-for.ts";

export type Adoption = StageOutcome | { readonly kind: "adopted"; readonly tasks: readonly Task[] };

/** Tasks that stand on the board already become this run's, unless another run works on them or nothing is left to do. */
export async function adoptTasks(deps: RecordingDeps, run: Run, keys: readonly string[]): Promise<Adoption> {
  const found = await findNamedTasks(deps.db, run, keys);
  const problems = [...missingOf(keys, found), ...(await obstaclesOf(deps.db, run, found))];
  if (problems.length > 0) return { kind: "paused", reason: "needs_plan", message: problems.join(" ") };
  const unproven = unprovenTasks(run.policy.checks, found).map((task) => task.key);
  if (unproven.length > 0) return noChecksOutcome(unproven);
  const tasks: Task[] = [];
  const written = await writeFor(deps, run, async (stores) => {
    tasks.length = 0;
    for (const task of found) tasks.push(await adopt(stores, deps, run, task));
    await stores.events.append([planAccepted(deps, run, tasks, [])]);
    return true;
  });
  return written === null ? { kind: "interrupted" } : { kind: "adopted", tasks };
}

/**
 * An attempt belongs to its run, and so to that run's branch: what another run left of a queued task is ended, and a new
 * round begins.
 */
async function adopt(stores: Stores, deps: RecordingDeps, run: Run, task: Task): Promise<Task> {
  const attempts = await stores.attempts.listOfTask(task.id);
  const isOfOthers = attempts.some((each) => each.round === task.round && each.runId !== run.id);
  const isLeft = isOfOthers && task.state.status === "queued";
  const adopted = { ...asQueued(task, isLeft), runId: run.id, updatedAt: deps.clock.now() };
  const event = { type: "abandoned", reason: `${run.id} took the task over` } as const;
  const isWritten = await stores.tasks.replace(adopted);
  if (isWritten && (!isLeft || (await endAttempts(stores, deps, task, event)))) return adopted;
  throw new AasError("conflict", `${task.key} was changed meanwhile.`, { retryable: true });
}

export async function findNamedTasks(
  db: Pick<Stores, "tasks">,
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
    const busy = await obstacleOf(db, run, task);
    problems.push(...(busy === null ? [] : [busy]), ...(await openNeedsOf(db, task, tasks)));
  }
  return problems;
}

async function obstacleOf(db: Database, run: Run, task: Task): Promise<string | null> {
  const owner = task.runId === null || task.runId === run.id ? null : await db.runs.find(task.runId);
  if (owner !== null && !isTerminal(owner.state)) return `${task.key} is worked on by ${owner.id} already.`;
  return canStart(task) ? null : `${task.key} is ${task.state.status}: nothing is left to do.`;
}

/** What a task waits for and nobody named. */
async function openNeedsOf(db: Database, task: Task, named: readonly Task[]): Promise<readonly string[]> {
  const unnamed = task.dependsOn.filter((key) => !named.some((each) => each.key === key));
  const needed = await Promise.all(unnamed.map((key) => db.tasks.findByKey(task.projectId, key)));
  return needed
    .filter((each) => each !== null && each.state.status !== "done")
    .map((each) => `${task.key} waits for ${each?.key ?? ""}, which is not done: name it too.`);
}

function canStart({ state }: Task): boolean {
  return state.status === "queued" || state.status === "needs_review";
}

/** What another run tried or gave up on gets another round. */
function asQueued(task: Task, isTried: boolean): Task {
  const state = applyTaskEvent(task.state, { type: "retried" });
  return state === task.state && !isTried ? task : { ...task, state, round: task.round + 1 };
}
