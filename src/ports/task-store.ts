import type { ProjectId, RunId, TaskId, TaskKey } from "../domain/ids.ts";
import type { Task } from "../domain/task.ts";
import type { EffectTable } from "./effects.ts";

export interface TaskStore {
  /** Throws `conflict` when the project has a task with this key. */
  insert(task: Task): Promise<void>;
  /** False when somebody wrote since `task.version` was read; on success the stored version is one higher. */
  replace(task: Task): Promise<boolean>;
  find(id: TaskId): Promise<Task | null>;
  get(id: TaskId): Promise<Task>;
  /** Whether this run is at work on it. Asked within a transaction, the answer stays true until its commit. */
  isActiveIn(id: TaskId, runId: RunId): Promise<boolean>;
  findByKey(projectId: ProjectId, key: TaskKey): Promise<Task | null>;
  /** In the order of their keys' numbers. */
  listOfRun(runId: RunId): Promise<readonly Task[]>;
  list(projectId: ProjectId): Promise<readonly Task[]>;
  /** The next free number of the project's keys, never given twice; `atLeast` keeps clear of keys found on a board. */
  allocateNumbers(projectId: ProjectId, count: number, atLeast: number): Promise<readonly number[]>;
}

export const taskStoreEffects = {
  insert: "effect",
  replace: "effect",
  allocateNumbers: "effect",
  find: "read",
  get: "read",
  isActiveIn: "read",
  findByKey: "read",
  listOfRun: "read",
  list: "read",
} as const satisfies EffectTable<TaskStore>;
