import type { ProjectId, RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { EffectTable } from "./effects.ts";

export interface RunStore {
  insert(run: Run): Promise<void>;
  /** False when somebody wrote since `run.version` was read; on success the stored version is one higher. */
  replace(run: Run): Promise<boolean>;
  find(id: RunId): Promise<Run | null>;
  get(id: RunId): Promise<Run>;
  /** Newest first. */
  list(projectId: ProjectId, filter: RunFilter): Promise<readonly Run[]>;
}

export interface RunFilter {
  readonly statuses?: readonly Run["state"]["status"][];
  readonly limit?: number;
  /** Only runs with a task, an entry of the queue or a batch that is not settled. */
  readonly hasOpenWork?: true;
}

export const runStoreEffects = {
  insert: "effect",
  replace: "effect",
  find: "read",
  get: "read",
  list: "read",
} as const satisfies EffectTable<RunStore>;
