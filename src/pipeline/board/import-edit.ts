import type { Task } from "../../domain/task.ts";
import type { BoardEdit, BoardProblem } from "../../ports/board.ts";
import type { Stores } from "../../ports/database.ts";
import { compareAndSet, type Decision, keep } from "../recording/compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";
import { checkEdit, type CheckedEdit, type TaskPatch } from "./check-edit.ts";
import { isEditable } from "./is-editable.ts";
import { faultIn } from "./row-rules.ts";

export interface EditRequest {
  readonly edit: BoardEdit;
  /** As it was when the board was compared with it. */
  readonly task: Task;
  readonly tasks: readonly Task[];
  readonly settledKeys: readonly string[];
}

export interface EditOutcome {
  /** The task after the edit; null when nothing of it counted. */
  readonly task: Task | null;
  readonly problems: readonly BoardProblem[];
}

/** Takes a person's edit over, unless the task was changed or handed out since the board was read. */
export async function importEdit(deps: RecordingDeps, request: EditRequest): Promise<EditOutcome> {
  const { edit, task, tasks, settledKeys } = request;
  const checked = checkEdit(edit, task, tasks, settledKeys);
  if (checked.fields.length === 0) return { task: null, problems: checked.problems };
  let isTaken = false;
  let isFree = false;
  const after = await compareAndSet<Task>(
    deps,
    {
      load: async (stores) => {
        const current = await stores.tasks.get(task.id);
        isFree = await mayBeEdited(stores, current);
        return current;
      },
      replace: (stores, next) => stores.tasks.replace(next),
    },
    (current) => {
      const decision = isFree ? decide(deps, current, task, checked) : keep;
      isTaken = decision.kind === "write";
      return decision;
    },
  );
  if (isTaken) return { task: after, problems: checked.problems };
  const late = faultIn(edit.row, "was changed or started meanwhile", "Look at it again and repeat the edit.");
  return { task: null, problems: [...checked.problems, late] };
}

async function mayBeEdited(stores: Stores, task: Task): Promise<boolean> {
  if (task.runId === null) return isEditable(task, null, new Map());
  const run = await stores.runs.get(task.runId);
  const tasks = await stores.tasks.listOfRun(task.runId);
  return isEditable(task, run, new Map(tasks.map((each) => [each.key, each])));
}

function decide(
  deps: RecordingDeps,
  current: Task,
  compared: Task,
  { patch, fields }: CheckedEdit,
): Decision<Task> {
  if (!isSameIn(patch, current, compared)) return keep;
  const next = { ...current, ...patch, updatedAt: deps.clock.now() };
  const told = makeEvent(deps, {
    projectId: current.projectId,
    runId: current.runId,
    type: "task.edited",
    subject: current.key,
    from: current.state.status,
    to: current.state.status,
    reason: `edited on the board: ${fields.join(", ")}`,
    details: { before: shorten(current, patch), after: shorten({ ...current, ...patch }, patch) },
  });
  return { kind: "write", next, events: [told] };
}

function isSameIn(patch: TaskPatch, a: Task, b: Task): boolean {
  return keysOf(patch).every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
}

const maxTold = 200;

function shorten(task: Task, patch: TaskPatch): Readonly<Record<string, string>> {
  return Object.fromEntries(keysOf(patch).map((key) => [key, String(task[key] ?? "").slice(0, maxTold)]));
}

function keysOf(patch: TaskPatch): readonly (keyof TaskPatch)[] {
  return Object.keys(patch) as (keyof TaskPatch)[];
}
