import { type Approval, taskAskedAbout } from "../../domain/approval.ts";
import type { Event } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import { isHeld } from "../../domain/running/hold.ts";
import { priorityRank } from "../../domain/priority.ts";
import type { Run } from "../../domain/run.ts";
import { isCollected, type Task } from "../../domain/task.ts";
import { waitingFor } from "../../domain/graph/task-graph.ts";
import { modelCure } from "../../domain/model-cure.ts";
import type { StartRequest, WorkflowContext } from "../../ports/durable.ts";
import { taskWorkflowId, taskWorkflowIdOfActive } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { ensureIntegrationBranch } from "../building/integration-branch.ts";
import { mayGoOn } from "../driving/may-go-on.ts";
import { changeTask } from "../recording/change-task.ts";
import { retryCommand, type StageOutcome } from "../driving/stage-outcome.ts";

/** A settled task wakes the run at once; this only bounds the cost of a lost signal. */
const lookAgainMs = 10_000;

/** Results → tasks collected on the integration branch, in graph order, independent ones in parallel. */
export async function implement(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  await context.step("implement.branch", () => ensureIntegrationBranch(deps, runId));
  for (;;) {
    const look = await context.step("implement.look", () => lookAtTasks(deps, runId));
    if (look.kind !== "working") return look;
    for (const task of look.start) await context.startChild(toStartRequest(runId, task));
    await context.waitSignal("wake", lookAgainMs);
  }
}

type Look = StageOutcome | { readonly kind: "working"; readonly start: readonly TaskStart[] };

type TaskStart = { readonly workflowId: string; readonly taskId: string; readonly priority: number };

async function lookAtTasks(deps: PipelineDeps, runId: RunId): Promise<Look> {
  if (!(await mayGoOn(deps, runId, "implement"))) return { kind: "interrupted" };
  const run = await deps.db.runs.get(runId);
  if (run.policy.holdAfterWait && isHeld(run, await deps.db.events.listOfRun(runId))) return hold(runId);
  await settleOrphans(deps, run);
  await ensureIntegrationBranch(deps, runId);
  const tasks = await deps.db.tasks.listOfRun(runId);
  const questions = await openQuestions(deps, runId);
  const isAsked = (task: Task): boolean => questions.some((each) => taskAskedAbout(each) === task.key);
  const runnable = runnableTasks(tasks, run.policy.parallelTasks, isAsked);
  const buildable = runnable.filter((task) => deps.builders[task.builder.kind] !== null);
  const isWorking = tasks.some((task) => task.state.status === "active");
  if (buildable.length > 0 || isWorking) {
    return { kind: "working", start: buildable.map((task) => toTaskStart(run, task)) };
  }
  if (runnable.length > 0) return noBuilderOutcome(runnable);
  const [question] = questions;
  if (question !== undefined) return waitForAnswer(question);
  return tellLost(outcomeOf(runId, tasks), await deps.db.events.listOfRun(runId));
}

/** What was built twice is told with what was built. */
function tellLost(outcome: StageOutcome, events: readonly Event[]): StageOutcome {
  if (outcome.kind !== "finished") return outcome;
  const lost = events.filter(({ type }) => type === "task.uncollected");
  const keys = [...new Set(lost.map(({ subject }) => subject))];
  const told = keys.map((key) => `${key} was collected again: its work was gone from the run's branch`);
  return told.length === 0 ? outcome : { ...outcome, warnings: [...(outcome.warnings ?? []), ...told] };
}

/** About tasks of the run; one that is asked about waits without a builder until it is answered. */
async function openQuestions(deps: PipelineDeps, runId: RunId): Promise<readonly Approval[]> {
  const approvals = await deps.db.queue.listApprovals(runId);
  return approvals.filter((each) => each.state.status === "pending" && taskAskedAbout(each) !== null);
}

function waitForAnswer({ question }: Approval): StageOutcome {
  return { kind: "paused", reason: "approval", message: question };
}

function hold(runId: RunId): StageOutcome {
  const message = `The analyses are back. aas batch implement ${runId}`;
  return { kind: "paused", reason: "person", message };
}

/** A task that nobody can build would be started and queued again for ever: the run waits for a person instead. */
function noBuilderOutcome(tasks: readonly Task[]): StageOutcome {
  const keys = tasks.map((task) => task.key).join(", ");
  const message = `Only a model can build ${keys}, and none is configured. ${modelCure}`;
  return { kind: "paused", reason: "provider", message };
}

/**
 * A task whose workflow ended without settling it would be waited for in vain: it is queued again, or given up with the
 * reason when the workflow died of a surprise.
 */
async function settleOrphans(deps: PipelineDeps, run: Run): Promise<void> {
  for (const task of await deps.db.tasks.listOfRun(run.id)) {
    const { status } = task.state;
    if (status !== "active" && status !== "queued") continue;
    const isActive = status === "active";
    const workflow = await deps.durable.find((isActive ? taskWorkflowIdOfActive : taskWorkflowId)(run, task));
    if (workflow?.kind === "failed") {
      await changeTask(deps, task.id, { type: "gave_up", reason: workflow.message });
    } else if (isActive && workflow?.kind !== "pending") {
      deps.log.warn({ runId: run.id, task: task.key, workflow }, "task had no workflow any more");
      await changeTask(deps, task.id, { type: "requeued" });
    }
  }
}

/** Tasks that may start now: all they depend on is collected, nobody is asked about them, and a place is free. */
export function runnableTasks(
  tasks: readonly Task[],
  places: number,
  isAsked: (task: Task) => boolean = () => false,
): readonly Task[] {
  const active = tasks.filter((task) => task.state.status === "active").length;
  return tasks
    .filter((task) => task.state.status === "queued" && !isAsked(task))
    .filter((task) => waitingFor(task, tasks, isDone).length === 0)
    .slice(0, Math.max(0, places - active));
}

function isDone(task: Task): boolean {
  return isCollected(task.state);
}

function toTaskStart(run: Run, task: Task): TaskStart {
  return {
    workflowId: taskWorkflowId(run, task),
    taskId: task.id,
    priority: priorityRank(task.priority) + 1,
  };
}

function toStartRequest(runId: RunId, { workflowId, taskId, priority }: TaskStart): StartRequest {
  const queue = { name: "build", priority, key: null };
  return { workflow: "build-task", id: workflowId, input: { runId, taskId }, queue };
}

/** At least half collected: these land and the run is partial. Fewer: the run fails here and nothing lands. */
export function outcomeOf(runId: RunId, tasks: readonly Task[]): StageOutcome {
  const wanted = tasks.filter((task) => task.state.status !== "canceled");
  const collected = wanted.filter(isDone);
  const stuck = wanted.filter((task) => !isDone(task));
  const metrics = { collected: collected.length, needsReview: stuck.length };
  const names = stuck.map((task) => `${task.key} ${describeStuck(task)}`);
  if (stuck.length === 0) {
    return {
      kind: "finished",
      status: "success",
      output: `${collected.length} of ${wanted.length} tasks collected`,
      metrics,
    };
  }
  if (collected.length > 0 && collected.length * 2 >= wanted.length) {
    const output = `${collected.length} of ${wanted.length} tasks collected`;
    return { kind: "finished", status: "partial", output, warnings: names, metrics };
  }
  const message = `${collected.length} of ${wanted.length} tasks could be built: ${names.join("; ")}.`;
  return {
    kind: "failed",
    code: "implementation_failed",
    message,
    cure: retryCommand(runId),
    details: names,
  };
}

function describeStuck(task: Task): string {
  return task.state.status === "needs_review"
    ? `needs review: ${task.state.reason}`
    : "waits for a task that needs review";
}
