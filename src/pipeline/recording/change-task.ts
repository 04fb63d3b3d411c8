import type { EventType } from "../../domain/event.ts";
import type { TaskId } from "../../domain/ids.ts";
import { applyTaskEvent, type Task, type TaskEvent } from "../../domain/task.ts";
import type { Stores } from "../../ports/database.ts";
import { endAttempts } from "./change-attempt.ts";
import { compareAndSet, type Decision, keep } from "./compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "./make-event.ts";

/** Applies an event to a task; nothing is written when it has no meaning in the task's state. */
export async function changeTask(
  deps: RecordingDeps,
  id: TaskId,
  event: TaskEvent,
  patch: Partial<Pick<Task, "hint" | "assignee">> = {},
): Promise<Task> {
  return compareAndSet<Task>(
    deps,
    {
      load: (stores) => stores.tasks.get(id),
      replace: async (stores, next) =>
        (await stores.tasks.replace(next)) && (await leaveAttempts(stores, deps, next, event)),
    },
    (task) => decideTaskChange(deps, task, event, patch),
  );
}

/** What was handed in by a canceled task stays as it is: nobody judges it any more. */
async function leaveAttempts(
  stores: Stores,
  deps: RecordingDeps,
  task: Task,
  event: TaskEvent,
): Promise<boolean> {
  if (event.type === "canceled") return endAttempts(stores, deps, task, { type: "canceled" });
  if (event.type !== "gave_up") return true;
  return endAttempts(stores, deps, task, { type: "abandoned", reason: event.reason });
}

function decideTaskChange(
  deps: RecordingDeps,
  task: Task,
  event: TaskEvent,
  patch: Partial<Pick<Task, "hint" | "assignee">>,
): Decision<Task> {
  const state = applyTaskEvent(task.state, event);
  if (state === task.state) return keep;
  const round = event.type === "retried" ? task.round + 1 : task.round;
  const next = { ...task, ...patch, state, round, updatedAt: deps.clock.now() };
  const told = makeEvent(deps, {
    projectId: task.projectId,
    runId: task.runId,
    type: eventTypes[event.type],
    subject: task.key,
    from: task.state.status,
    to: state.status,
    reason: event.type === "gave_up" ? event.reason : null,
  });
  return { kind: "write", next, events: [told] };
}

const eventTypes: Readonly<Record<TaskEvent["type"], EventType>> = {
  activated: "task.activated",
  requeued: "task.requeued",
  collected: "task.collected",
  landed: "task.landed",
  gave_up: "task.gave_up",
  retried: "task.retried",
  rolled_back: "task.rolled_back",
  canceled: "task.canceled",
};
