import type { Attempt } from "../../domain/attempt.ts";
import type { ProjectId, RunId, TaskId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { Database } from "../../ports/database.ts";

/** Everything the board is computed from. */
export interface BoardFacts {
  readonly tasks: readonly Task[];
  /** Of the tasks that are queued. */
  readonly runs: ReadonlyMap<RunId, Run>;
  /** The latest of each task that needs review. */
  readonly attempts: ReadonlyMap<TaskId, Attempt>;
  /** Of the runs that tasks shown as done belong to. */
  readonly pullRequests: ReadonlyMap<RunId, string>;
}

/** Tasks closed before `since` cost no further look. */
export async function loadBoardFacts(db: Database, projectId: ProjectId, since: Date): Promise<BoardFacts> {
  const tasks = await db.tasks.list(projectId);
  const queued = tasks.filter((task) => task.state.status === "queued");
  const stuck = tasks.filter((task) => task.state.status === "needs_review");
  const done = tasks.filter((task) => task.state.status === "done" && task.updatedAt >= since);
  return {
    tasks,
    runs: await collect(runsOf(queued), (id) => db.runs.get(id)),
    attempts: await collect(
      stuck.map((task) => task.id),
      async (id) => (await db.attempts.listOfTask(id)).at(-1) ?? null,
    ),
    pullRequests: await collect(runsOf(done), (id) => findPullRequest(db, id)),
  };
}

function runsOf(tasks: readonly Task[]): readonly RunId[] {
  return [...new Set(tasks.flatMap((task) => task.runId ?? []))];
}

async function collect<Id, Found>(
  ids: readonly Id[],
  find: (id: Id) => Promise<Found | null>,
): Promise<ReadonlyMap<Id, Found>> {
  const found = new Map<Id, Found>();
  for (const id of ids) {
    const one = await find(id);
    if (one !== null) found.set(id, one);
  }
  return found;
}

async function findPullRequest(db: Database, runId: RunId): Promise<string | null> {
  const entries = await db.queue.listIntegrationsOfRun(runId);
  const landed = entries.findLast((entry) => entry.outcome?.kind === "landed");
  const deployment = landed === undefined ? null : await db.queue.findDeploymentOf(landed.id);
  return deployment?.pullRequest ?? null;
}
