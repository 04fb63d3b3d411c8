import { AasError } from "../../domain/errors.ts";
import { type TaskKey, toTaskKey } from "../../domain/ids.ts";
import { compareWithPlan, type KeptTask, type Replan } from "../../domain/planning/replan.ts";
import type { Run } from "../../domain/run.ts";
import { applyTaskEvent, type Task } from "../../domain/task.ts";
import type { TaskPlan } from "../../domain/planning/task-plan.ts";
import type { IdSource } from "../../ports/id-source.ts";
import { endAttempts } from "../recording/change-attempt.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";
import type { Stores } from "../../ports/database.ts";
import { draftTask } from "./draft-task.ts";
import { planAccepted } from "./plan-accepted.ts";
import { writeFor } from "./write-for.ts";

export type RecordPlanDeps = RecordingDeps & { readonly ids: IdSource };

/**
 * Makes a plan the run's: all of it or nothing. Null: the run wants something else by now, or nothing any more. Recording
 * the same plan again changes nothing.
 */
export async function recordPlan(
  deps: RecordPlanDeps,
  asked: Run,
  plan: AcceptedPlan,
): Promise<readonly Task[] | null> {
  const run = await writeFor(deps, asked, (stores, current) => writePlan(deps, stores, current, plan));
  return run === null ? null : deps.db.tasks.listOfRun(run.id);
}

export interface AcceptedPlan {
  readonly plan: TaskPlan;
  readonly repairs: readonly string[];
}

/**
 * The same within a transaction of others. Where the run has tasks already, those that are asked for again stay what they
 * are, finished work with them; the others are canceled. False: a task was changed since it was read.
 */
export async function writePlan(
  deps: RecordPlanDeps,
  stores: Stores,
  run: Run,
  { plan, repairs }: AcceptedPlan,
): Promise<boolean> {
  const existing = await stores.tasks.listOfRun(run.id);
  const replan = compareWithPlan(existing, plan.tasks);
  refuseUnderWay(replan);
  const tasks = await draftTasks({ ...deps, stores }, run, plan, replan);
  const changed = replan.kept.flatMap((kept) => changeOf(kept, tasks.keyOf));
  const isSame = replan.added.length + replan.dropped.length + changed.length === 0;
  if (isSame && existing.length > 0) return true;
  for (const task of tasks.added) await stores.tasks.insert(task);
  for (const task of [...changed, ...replan.dropped.map(toCanceled)])
    if (!(await stores.tasks.replace({ ...task, updatedAt: deps.clock.now() }))) return false;
  for (const task of replan.dropped)
    if (!(await endAttempts(stores, deps, task, { type: "canceled" }))) return false;
  const whole = [...replan.kept.map(({ task }) => task), ...tasks.added];
  const told = [...repairs, ...replan.leftOver.map(describeLeftOver)];
  const events = tellPlan(deps, run, { added: tasks.added, dropped: replan.dropped });
  await stores.events.append([planAccepted(deps, run, whole, told), ...events]);
  return true;
}

/** What a builder is at work on cannot be taken back under its hands. */
function refuseUnderWay({ dropped }: Replan): void {
  const busy = dropped.filter(({ state }) => state.status === "active").map(({ key }) => key);
  if (busy.length === 0) return;
  throw new AasError("conflict", `${busy.join(", ")} is being worked on and not in the new plan.`, {
    cure: "Wait until it is settled, or leave it in the plan.",
    retryable: true,
  });
}

interface DraftedTasks {
  readonly added: readonly Task[];
  /** The key of a task by its name in the plan. */
  readonly keyOf: (id: string) => TaskKey;
}

async function draftTasks(
  deps: RecordPlanDeps & { readonly stores: Stores },
  run: Run,
  plan: TaskPlan,
  { kept, added }: Replan,
): Promise<DraftedTasks> {
  const { projectId, id: runId, assignee, policy } = run;
  const numbers = await deps.stores.tasks.allocateNumbers(projectId, added.length, 1);
  const fresh = new Map(
    added.map(({ id }, index) => [id, toTaskKey(`${policy.taskPrefix}-${numbers[index]}`)] as const),
  );
  const keys = new Map([...fresh, ...kept.map(({ task, planned }) => [planned.id, task.key] as const)]);
  const keyOf = (id: string): TaskKey => keys.get(id) ?? toTaskKey(id);
  const isAdded = new Set(added.map(({ id }) => id));
  const drafts = plan.tasks.filter(({ id }) => isAdded.has(id));
  return {
    keyOf,
    added: drafts.map(({ id, dependsOn, ...planned }) =>
      draftTask(deps, {
        ...planned,
        key: keyOf(id),
        projectId,
        runId,
        assignee,
        dependsOn: dependsOn.map(keyOf),
      }),
    ),
  };
}

/** The new plan may order the same work anew; what is built stays as it was built. */
function changeOf({ task, planned }: KeptTask, keyOf: DraftedTasks["keyOf"]): readonly Task[] {
  const dependsOn = planned.dependsOn.map(keyOf);
  const isOpen = task.state.status === "queued" || task.state.status === "needs_review";
  const isSame =
    task.priority === planned.priority && JSON.stringify(task.dependsOn) === JSON.stringify(dependsOn);
  return isOpen && !isSame ? [{ ...task, dependsOn, priority: planned.priority }] : [];
}

function toCanceled(task: Task): Task {
  return { ...task, state: applyTaskEvent(task.state, { type: "canceled" }) };
}

function describeLeftOver({ key }: Task): string {
  return `${key} is built already and stays, though the new plan does not name it.`;
}

function tellPlan(
  deps: RecordingDeps,
  run: Run,
  { added, dropped }: { readonly added: readonly Task[]; readonly dropped: readonly Task[] },
): readonly ReturnType<typeof makeEvent>[] {
  const shared = { projectId: run.projectId, runId: run.id };
  return [
    ...added.map(({ key, title }) =>
      makeEvent(deps, { ...shared, type: "task.created", subject: key, to: title }),
    ),
    ...dropped.map(({ key, state }) =>
      makeEvent(deps, {
        ...shared,
        type: "task.canceled",
        subject: key,
        from: state.status,
        to: "canceled",
        reason: "not in the new plan",
      }),
    ),
  ];
}
