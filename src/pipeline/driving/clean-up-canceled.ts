import { messageOf } from "../../domain/errors.ts";
import type { ProjectId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { runWorkflowId, taskWorkflowIdOfActive } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { withdraw } from "../queue/withdraw.ts";
import { changeTask } from "../recording/change-task.ts";

/** Stops what a canceled run still has under way. Its branches and results stay. */
export async function cleanUpCanceled(deps: PipelineDeps, projectId: ProjectId): Promise<void> {
  const canceled = await deps.db.runs.list(projectId, { statuses: ["canceled"], hasOpenWork: true });
  for (const run of canceled) await tryCleanUp(deps, run);
}

/** One run that cannot be cleaned up now must not keep the others from it. */
async function tryCleanUp(deps: PipelineDeps, run: Run): Promise<void> {
  try {
    await cleanUp(deps, run);
  } catch (error) {
    deps.log.warn({ runId: run.id, error: messageOf(error) }, "a canceled run was not cleaned up yet");
  }
}

async function cleanUp(deps: PipelineDeps, run: Run): Promise<void> {
  const tasks = await deps.db.tasks.listOfRun(run.id);
  const open = tasks.filter((task) => task.state.status !== "canceled" && task.state.status !== "done");
  const entries = await deps.db.queue.listIntegrationsOfRun(run.id);
  const waiting = entries.filter((entry) => entry.kind === "run" && entry.outcome === null);
  if (open.length === 0 && waiting.length === 0) return;
  await deps.durable.cancel(runWorkflowId(run));
  for (const entry of waiting) if (!(await withdraw(deps, entry))) return;
  for (const { id } of open) await stopTask(deps, run, await deps.db.tasks.get(id));
}

async function stopTask(deps: PipelineDeps, run: Run, task: Task): Promise<void> {
  if (task.state.status === "active") await deps.durable.cancel(taskWorkflowIdOfActive(run, task));
  for (const { id, state } of await deps.db.attempts.listOfTask(task.id))
    if (state.status === "running") await deps.git.removeWorktree(deps.workspace.folderOfAttempt(id));
  await changeTask(deps, task.id, { type: "canceled" });
}
