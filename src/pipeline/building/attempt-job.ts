import type { Attempt, AttemptEvent } from "../../domain/attempt.ts";
import { makeId, type RunId, type TaskId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Submission } from "../../domain/submission.ts";
import type { Task } from "../../domain/task.ts";
import type { Builder } from "../../ports/builder.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { rollBack } from "../../ports/database.ts";
import { changeAttempt } from "../recording/change-attempt.ts";
import { makeEvent } from "../recording/make-event.ts";
import { getHeadOfRun } from "./head-of-run.ts";

/** One attempt under way, with all that belongs to it. */
export interface AttemptJob {
  readonly run: Run;
  readonly task: Task;
  readonly attempt: Attempt;
  readonly builder: Builder;
  /** Its worktree. */
  readonly folder: string;
}

/** Which attempt it is about: its number in the task's round. */
export interface AttemptTurn {
  readonly runId: RunId;
  readonly taskId: TaskId;
  readonly number: number;
}

/**
 * The attempt of this turn, as a crashed process left it, or a new one on the integration branch as it is now. Null: the
 * task was taken from the run meanwhile.
 */
export async function openAttempt(deps: PipelineDeps, ids: AttemptTurn): Promise<AttemptJob | null> {
  const run = await deps.db.runs.get(ids.runId);
  const task = await deps.db.tasks.get(ids.taskId);
  const builder = deps.builders[task.builder.kind];
  if (builder === null) throw new TypeError(`No builder for ${task.builder.kind} tasks`);
  const attempts = await deps.db.attempts.listOfTask(task.id);
  const begun = attempts.find((each) => each.round === task.round && each.number === ids.number);
  const attempt = begun ?? (await startAttempt(deps, { run, task, builder }, ids.number));
  if (attempt === null || attempt.runId !== run.id) return null;
  return { run, task, attempt, builder, folder: deps.workspace.folderOfAttempt(attempt.id) };
}

/** Running, or handed in and not judged yet. */
export function isUnsettled(attempt: Attempt): boolean {
  return attempt.state.status === "running" || attempt.state.status === "completed";
}

async function startAttempt(
  deps: PipelineDeps,
  { run, task, builder }: Pick<AttemptJob, "run" | "task" | "builder">,
  number: number,
): Promise<Attempt | null> {
  const attempt: Attempt = {
    id: makeId("att", deps.ids.next()),
    taskId: task.id,
    runId: run.id,
    version: 1,
    number,
    round: task.round,
    builder: builder.name,
    baseSha: await getHeadOfRun(deps, run),
    state: { status: "running" },
    startedAt: deps.clock.now(),
    finishedAt: null,
  };
  return deps.db.transaction(async (stores) => {
    if (!(await stores.tasks.isActiveIn(task.id, run.id))) return rollBack;
    await stores.attempts.insert(attempt);
    const details = { attempt: attempt.number, attemptId: attempt.id, builder: builder.name };
    const shared = { projectId: run.projectId, runId: run.id, subject: task.key };
    await stores.events.append([
      makeEvent(deps, { ...shared, type: "attempt.started", to: "running", details }),
    ]);
    return attempt;
  });
}

/** Ends the attempt, or notes its submission. Null: others settled it meanwhile, and who finds that out stops. */
export async function settleAttempt(
  deps: PipelineDeps,
  { run, task, attempt }: AttemptJob,
  event: AttemptEvent,
  submission?: Submission,
): Promise<Attempt | null> {
  const context = { projectId: run.projectId, taskKey: task.key };
  return changeAttempt(deps, attempt, event, submission === undefined ? context : { ...context, submission });
}
