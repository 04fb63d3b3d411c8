import type { EventType } from "../../domain/event.ts";
import type { TaskId } from "../../domain/ids.ts";
import { applyTaskEvent, type Task, type TaskEvent } from "../../domain/task.ts";
import type { Stores } from "../../ports/database.ts";
import { endAttempts } from "./change-attempt.ts";
import { compareAndSet, type Decision, keep } from "./compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "./make-event.ts";

export type TaskPatch = Partial<Pick<Task, "hint" | "assignee" | "round">>;

/** Applies an event to a task; nothing is written when it has no meaning in the task's state. */
export async function changeTask(
  deps: RecordingDeps,
  id: TaskId,
  event: TaskEvent,
  patch: TaskPatch = {},
): Promise<Task> {
  return compareAndSet<Task>(
    deps,
    {
      load: (stores) => stores.tasks.get(id),
      replace: (stores, next) => replaceTask(deps, stores, next, event),
    },
    (task) => decideTaskChange(deps, task, event, patch),
  );
}

/** The same within a transaction of others. False: somebody changed the task since it was read. */
export async function writeTaskChange(
  deps: Pick<RecordingDeps, "clock" | "actor">,
  stores: Stores,
  task: Task,
  change: { readonly event: TaskEvent; readonly patch?: TaskPatch },
): Promise<boolean> {
  const decision = decideTaskChange(deps, task, change.event, change.patch ?? {});
  if (decision.kind !== "write") return true;
  if (!(await replaceTask(deps, stores, decision.next, change.event))) return false;
  await stores.events.append(decision.events);
  return true;
}

/** What was handed in by a canceled task stays as it is: nobody judges it any more. */
async function replaceTask(
  deps: Pick<RecordingDeps, "clock" | "actor">,
  stores: Stores,
  task: Task,
  event: TaskEvent,
): Promise<boolean> {
  if (!(await stores.tasks.replace(task))) return false;
  if (event.type === "canceled") return endAttempts(stores, deps, task, { type: "canceled" });
  if (event.type !== "gave_up") return true;
  return endAttempts(stores, deps, task, { type: "abandoned", reason: event.reason });
}

function decideTaskChange(
  deps: Pick<RecordingDeps, "clock" | "actor">,
  task: Task,
  event: TaskEvent,
  patch: TaskPatch,
): Decision<Task> {
  const state = applyTaskEvent(task.state, event);
  if (state === task.state) return keep;
  const round = event.type === "retried" ? task.round + 1 : task.round;
  const next = { ...task, round, ...patch, state, updatedAt: deps.clock.now() };
  const told = makeEvent(deps, {
    projectId: task.projectId,
    runId: task.runId,
    type: eventTypes[event.type],
    subject: task.key,
    from: task.state.status,
    to: state.status,
    reason: "reason" in event ? event.reason : null,
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
  reopened: "task.requeued",
  uncollected: "task.uncollected",
  rolled_back: "task.rolled_back",
  canceled: "task.canceled",
};
