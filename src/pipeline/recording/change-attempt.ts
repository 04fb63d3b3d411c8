import { type Attempt, type AttemptEvent, applyAttemptEvent } from "../../domain/attempt.ts";
import type { EventType } from "../../domain/event.ts";
import type { ProjectId, TaskKey } from "../../domain/ids.ts";
import { rollBack } from "../../ports/database.ts";
import type { Submission } from "../../domain/submission.ts";
import { makeEvent, type RecordingDeps } from "./make-event.ts";

export interface AttemptContext {
  readonly projectId: ProjectId;
  readonly taskKey: TaskKey;
  /** Handed in together with the event `completed`. */
  readonly submission?: Submission;
}

/** Applies an event to an attempt. Only the workflow of its task writes attempts, so a lost race means it was settled already. */
export async function changeAttempt(
  deps: RecordingDeps,
  attempt: Attempt,
  event: AttemptEvent,
  context: AttemptContext,
): Promise<void> {
  const state = applyAttemptEvent(attempt.state, event);
  if (state === attempt.state) return;
  await deps.db.transaction(async (stores) => {
    if (context.submission !== undefined) await stores.attempts.insertSubmission(context.submission);
    const next = { ...attempt, state, finishedAt: deps.clock.now() };
    if (!(await stores.attempts.replace(next))) return rollBack;
    await stores.events.append(eventsOf(deps, attempt, event, context));
    return true;
  });
}

function eventsOf(
  deps: RecordingDeps,
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
