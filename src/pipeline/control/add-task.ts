import { AasError } from "../../domain/errors.ts";
import { toTaskKey } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { Project } from "../../ports/project-store.ts";
import { draftTask } from "../planning/draft-task.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

/** What a person says of a task; everything else follows. */
export type NewTask = Pick<Task, "title" | "description" | "priority" | "dependsOn" | "files" | "acceptance">;

/** Puts a task on the board under the next free key; a run takes it up when it is told to. */
export async function addTask(
  deps: RecordingDeps & { readonly ids: IdSource },
  project: Omit<Project, "createdAt">,
  wanted: NewTask,
  keyPrefix: string,
): Promise<Task> {
  await deps.db.projects.insert({ ...project, createdAt: deps.clock.now() });
  const added = await deps.db.transaction(async (stores) => {
    const [number] = await stores.tasks.allocateNumbers(project.id, 1, 1);
    const task = draftTask(deps, {
      ...wanted,
      projectId: project.id,
      key: toTaskKey(`${keyPrefix}-${number}`),
    });
    await stores.tasks.insert(task);
    const { projectId, runId, key, title } = task;
    await stores.events.append([
      makeEvent(deps, { projectId, runId, type: "task.created", subject: key, to: title }),
    ]);
    return task;
  });
  if (added !== null) return added;
  throw new AasError("conflict", "The task was not written.", {
    cure: "Repeat the command.",
    retryable: true,
  });
}
