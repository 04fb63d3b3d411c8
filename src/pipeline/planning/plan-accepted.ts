import type { NewEvent } from "../../domain/event.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

export function planAccepted(
  deps: RecordingDeps,
  run: Run,
  tasks: readonly Task[],
  repairs: readonly string[],
): NewEvent {
  return makeEvent(deps, {
    projectId: run.projectId,
    runId: run.id,
    type: "plan.accepted",
    subject: run.id,
    details: { tasks: tasks.map((task) => task.key), repairs },
  });
}
