import { type Attempt, triesUsed } from "../../domain/attempt.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { insist } from "../driving/insist.ts";
import { mayGoOn } from "../driving/may-go-on.ts";
import { runWorkflowId, taskWorkflowId, taskWorkflowIdOfActive } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { endAttempts } from "../recording/change-attempt.ts";
import { changeRun } from "../recording/change-run.ts";
import { tellWait } from "../driving/tell-wait.ts";
import { changeTask } from "../recording/change-task.ts";
import { isUnsettled } from "./attempt-job.ts";
import { makeAttempt } from "./make-attempt.ts";

/** After the machine failed. */
const pauseMs = 5_000;
const maxAbandoned = 5;
const maxOutages = 8;

/**
 * Tries one task until its work is on the integration branch, its tries are used up, a person is asked about it, or the
 * run stops. Nobody waits here for an answer: the place is free for other tasks, and the run starts this one anew.
 */
export async function buildTask(
  context: WorkflowContext,
  deps: PipelineDeps,
  ids: { readonly runId: RunId; readonly taskId: TaskId },
): Promise<void> {
  let outages = 0;
  for (;;) {
    const turn = await insist(context, "task.turn", () => takeTurn(deps, ids, context.workflowId));
    if (turn === "stop") break;
    const end = await insist(context, "task.attempt", () =>
      makeAttempt(deps, { ...ids, ...turn }, context.signal),
    );
    if (end === "collected") break;
    if (typeof end === "object") {
      outages = 0;
      await insist(context, "task.tell_wait", () => tellWait(deps, ids.runId, end.wait));
      await context.sleep(end.wait.waitMs);
      continue;
    }
    if (end === "waiting_approval") {
      await insist(context, "task.asked", () => giveBack(deps, ids.taskId));
      break;
    }
    outages = end === "abandoned" ? outages + 1 : 0;
    if (outages >= maxOutages) await insist(context, "task.outage", () => pauseForOutage(deps, ids));
    else if (end === "abandoned") await context.sleep(pauseMs);
  }
  await insist(context, "task.settled", () => wakeRun(deps, ids.runId, ids.taskId));
}

/**
 * Which attempt is made now; settles the task when none is. The number is part of the answer, so that a crash after an
 * attempt has ended does not begin another one that nobody decided on.
 */
async function takeTurn(
  deps: PipelineDeps,
  { runId, taskId }: { readonly runId: RunId; readonly taskId: TaskId },
  workflowId: string,
): Promise<{ readonly number: number } | "stop"> {
  if (!(await isOurs(deps, runId, taskId, workflowId))) return "stop";
  // Before it looks whether the run goes on: a task that is left as it was found would be started under the same name, once only.
  const task = await changeTask(deps, taskId, { type: "activated" });
  if (task.state.status !== "active") return "stop";
  if (!(await mayGoOn(deps, runId, "implement"))) return leaveTask(deps, { runId, taskId });
  const run = await deps.db.runs.get(runId);
  const attempts = (await deps.db.attempts.listOfTask(taskId)).filter((each) => each.round === task.round);
  const abandoned = attempts.filter((each) => each.state.status === "abandoned").length;
  const tries = triesUsed(attempts, task.round);
  const open = attempts.find((each) => each.runId === runId && isUnsettled(each));
  if (open !== undefined) return { number: open.number };
  if (tries < run.policy.maxAttempts && abandoned < maxAbandoned) return { number: attempts.length + 1 };
  await changeTask(deps, taskId, {
    type: "gave_up",
    reason: `${tries} attempts failed, the last: ${lastWord(attempts)}`,
  });
  return "stop";
}

/** A run that failed goes on, if at all, with attempts of its own; one that is paused goes on with this one. */
async function leaveTask(
  deps: PipelineDeps,
  { runId, taskId }: { readonly runId: RunId; readonly taskId: TaskId },
): Promise<"stop"> {
  const before = await deps.db.runs.get(runId);
  const isCanceled = before.state.status === "canceled";
  const task = await changeTask(deps, taskId, isCanceled ? { type: "canceled" } : { type: "requeued" });
  // Asked only now: a run that fails meanwhile waits for the task, or the task for it.
  if ((await deps.db.runs.get(runId)).state.status === "failed") {
    await deps.db.transaction((stores) => endAttempts(stores, deps, task, { type: "canceled" }));
  }
  return "stop";
}

async function giveBack(deps: PipelineDeps, taskId: TaskId): Promise<null> {
  await changeTask(deps, taskId, { type: "requeued" });
  return null;
}

/** A workflow that gave its task back and died before it had noted that finds another one at work when it comes back. */
async function isOurs(
  deps: PipelineDeps,
  runId: RunId,
  taskId: TaskId,
  workflowId: string,
): Promise<boolean> {
  const run = await deps.db.runs.get(runId);
  const task = await deps.db.tasks.get(taskId);
  const driver =
    task.state.status === "active" ? taskWorkflowIdOfActive(run, task) : taskWorkflowId(run, task);
  return driver === workflowId;
}

/** Work waits through an outage of the provider or of its judges, but not for ever without a word. */
async function pauseForOutage(
  deps: PipelineDeps,
  { runId, taskId }: { readonly runId: RunId; readonly taskId: TaskId },
): Promise<null> {
  const { key } = await deps.db.tasks.get(taskId);
  const reason = `${key} cannot go on: the provider or what judges it fails again and again. Look with aas doctor, then resume.`;
  await changeRun(deps, runId, { type: "paused", reason: "provider" }, { reason });
  return null;
}

function lastWord(attempts: readonly Attempt[]): string {
  const state = attempts.at(-1)?.state;
  if (state?.status === "failed") return state.failure.summary;
  return state?.status === "abandoned" ? state.reason : "unknown";
}

async function wakeRun(deps: PipelineDeps, runId: RunId, taskId: TaskId): Promise<null> {
  const run = await deps.db.runs.get(runId);
  const task = await deps.db.tasks.get(taskId);
  const key = `${task.id}:${task.version}`;
  await deps.durable.signal(runWorkflowId(run), { topic: "wake", payload: null, key });
  return null;
}
