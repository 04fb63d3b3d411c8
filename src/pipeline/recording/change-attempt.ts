import { type Attempt, type AttemptEvent, applyAttemptEvent } from "../../domain/attempt.ts";
import type { EventType } from "../../domain/event.ts";
import type { ProjectId, TaskKey } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import { rollBack, type Stores } from "../../ports/database.ts";
import type { Submission } from "../../domain/submission.ts";
import { makeEvent, type RecordingDeps } from "./make-event.ts";

export interface AttemptContext {
  readonly projectId: ProjectId;
  readonly taskKey: TaskKey;
  /** Handed in together with the event `completed`. */
  readonly submission?: Submission;
}

/**
 * Applies an event to an attempt as its caller knows it, and answers what became of it. Null: others settled it
 * meanwhile, nothing is written, and whoever asked has nothing to say about it any more.
 */
export async function changeAttempt(
  deps: RecordingDeps,
  attempt: Attempt,
  event: AttemptEvent,
  context: AttemptContext,
): Promise<Attempt | null> {
  return deps.db.transaction(
    async (stores) => (await writeAttempt(stores, deps, { attempt, event, context })) ?? rollBack,
  );
}

/**
 * Ends what is open of a task's round, in the transaction that ends the task: nobody goes on with it. False: somebody
 * wrote one of its attempts since.
 */
export async function endAttempts(
  stores: Stores,
  deps: Pick<RecordingDeps, "clock" | "actor">,
  task: Pick<Task, "id" | "key" | "projectId" | "round">,
  event: AttemptEvent,
): Promise<boolean> {
  const context = { projectId: task.projectId, taskKey: task.key };
  for (const attempt of await stores.attempts.listOfTask(task.id)) {
    const isOpen = attempt.round === task.round && hasMeaning(attempt, event);
    if (isOpen && (await writeAttempt(stores, deps, { attempt, event, context })) === null) return false;
  }
  return true;
}

function hasMeaning({ state }: Attempt, event: AttemptEvent): boolean {
  return applyAttemptEvent(state, event) !== state;
}

interface AttemptChange {
  readonly attempt: Attempt;
  readonly event: AttemptEvent;
  readonly context: AttemptContext;
}

async function writeAttempt(
  stores: Stores,
  deps: Pick<RecordingDeps, "clock" | "actor">,
  { attempt, event, context }: AttemptChange,
): Promise<Attempt | null> {
  const state = applyAttemptEvent(attempt.state, event);
  if (state === attempt.state) return null;
  if (context.submission !== undefined) await stores.attempts.insertSubmission(context.submission);
  const next = { ...attempt, state, finishedAt: deps.clock.now() };
  if (!(await stores.attempts.replace(next))) return null;
  await stores.events.append(eventsOf(deps, attempt, event, context));
  return { ...next, version: attempt.version + 1 };
}

function eventsOf(
  deps: Pick<RecordingDeps, "clock" | "actor">,
  attempt: Attempt,
  event: AttemptEvent,
  context: AttemptContext,
): readonly ReturnType<typeof makeEvent>[] {
  const shared = { projectId: context.projectId, runId: attempt.runId, subject: context.taskKey };
  const submission =
    context.submission === undefined
      ? []
      : [
          makeEvent(deps, {
            ...shared,
            type: "submission.received",
            to: context.submission.headSha,
            details: { submissionId: context.submission.id, files: context.submission.files },
          }),
        ];
  const told = makeEvent(deps, {
    ...shared,
    type: eventTypes[event.type],
    from: attempt.state.status,
    to: event.type,
    reason: reasonOf(event),
    details: { attempt: attempt.number, attemptId: attempt.id },
  });
  return [...submission, told];
}

function reasonOf(event: AttemptEvent): string | null {
  if (event.type === "failed") return `${event.failure.kind}: ${event.failure.summary}`;
  return event.type === "abandoned" ? event.reason : null;
}

const eventTypes: Readonly<Record<AttemptEvent["type"], EventType>> = {
  completed: "attempt.completed",
  failed: "attempt.failed",
  abandoned: "attempt.abandoned",
  canceled: "attempt.canceled",
};
