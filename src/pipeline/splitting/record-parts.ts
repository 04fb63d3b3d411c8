import { AasError } from "../../domain/errors.ts";
import type { TaskKey } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { makeStageResult } from "../../domain/stage.ts";
import { lastParts, nextPartKeys } from "../../domain/planning/split-task.ts";
import { applyTaskEvent, type Task } from "../../domain/task.ts";
import { rollBack } from "../../ports/database.ts";
import { draftTask } from "../planning/draft-task.ts";
import { changeRun } from "../recording/change-run.ts";
import { makeEvent } from "../recording/make-event.ts";
import type { PartsDraft } from "./draft-parts.ts";
import type { SplitDeps } from "./split-request.ts";

interface RecordedParts {
  readonly run: Run;
  readonly parent: Task;
  readonly parts: readonly Task[];
}

/** All parts and the task that waits for them, or nothing. A key that somebody took meanwhile is refused by the store. */
export async function recordParts(
  deps: SplitDeps,
  run: Run,
  task: Task,
  draft: PartsDraft,
): Promise<RecordedParts> {
  const keys = nextPartKeys(task.key, await deps.db.tasks.list(run.projectId), draft.plan.tasks.length);
  const parts = toParts(deps, task, draft, keys);
  const parent = toParent(deps, task, parts);
  const written = await deps.db.transaction(async (stores) => {
    for (const part of parts) await stores.tasks.insert(part);
    if (!(await stores.tasks.replace(parent))) return rollBack;
    await stores.events.append(tellParts(deps, run, parent, parts));
    return true;
  });
  if (written === null) {
    throw new AasError("conflict", `${task.key} was changed meanwhile.`, {
      cure: `aas task decompose ${task.key}`,
      retryable: true,
    });
  }
  const result = makeStageResult({
    stage: "decompose",
    status: "success",
    output: `${task.key} has ${parts.length} ${parts.length === 1 ? "part" : "parts"}`,
    warnings: [...draft.repairs, ...draft.warnings],
    metrics: { tasks: parts.length },
    finishedAt: deps.clock.now(),
  });
  const ended = await changeRun(deps, run.id, { type: "completed", outcome: "full" }, { result });
  return { run: ended, parent, parts };
}

/** The first parts wait for what the whole waited for. */
function toParts(
  deps: SplitDeps,
  task: Task,
  { plan }: PartsDraft,
  keys: readonly TaskKey[],
): readonly Task[] {
  const keyOf = new Map(plan.tasks.map(({ id }, index) => [id, keys[index] ?? task.key]));
  return plan.tasks.map(({ id, dependsOn, ...planned }) =>
    draftTask(deps, {
      ...planned,
      key: keyOf.get(id) ?? task.key,
      projectId: task.projectId,
      parent: task.key,
      assignee: task.assignee,
      dependsOn: dependsOn.length === 0 ? task.dependsOn : dependsOn.flatMap((on) => keyOf.get(on) ?? []),
    }),
  );
}

/** It is nobody's until its parts are there: a run would take what it does not know of as settled. */
function toParent(deps: SplitDeps, task: Task, parts: readonly Task[]): Task {
  const state = applyTaskEvent(task.state, { type: "retried" });
  return {
    ...task,
    state,
    round: state === task.state ? task.round : task.round + 1,
    runId: null,
    dependsOn: lastParts(parts),
    updatedAt: deps.clock.now(),
  };
}

function tellParts(
  deps: SplitDeps,
  run: Run,
  parent: Task,
  parts: readonly Task[],
): readonly ReturnType<typeof makeEvent>[] {
  const shared = { projectId: run.projectId, runId: run.id };
  const keys = parts.map(({ key }) => key);
  return [
    ...parts.map(({ key, title }) =>
      makeEvent(deps, {
        ...shared,
        type: "task.created",
        subject: key,
        to: title,
        reason: `part of ${parent.key}`,
      }),
    ),
    makeEvent(deps, {
      ...shared,
      type: "task.edited",
      subject: parent.key,
      from: parent.state.status,
      to: parent.state.status,
      reason: `waits for its parts ${keys.join(", ")}`,
    }),
  ];
}
