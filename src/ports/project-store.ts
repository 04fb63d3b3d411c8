import type { ProjectId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { EffectTable } from "./effects.ts";

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  /** The repository's own folder or address, as the person named it. */
  readonly repository: string;
  readonly createdAt: Date;
}

export interface ProjectStore {
  /** Nothing happens when it exists. */
  insert(project: Project): Promise<void>;
  find(id: ProjectId): Promise<Project | null>;
  /** Small facts of a project that are not entities: cursors of readers, the board's last version. */
  readNote(id: ProjectId, name: string): Promise<Json | null>;
  writeNote(id: ProjectId, name: string, value: Json): Promise<void>;
}

export const projectStoreEffects = {
  insert: "effect",
  writeNote: "effect",
  find: "read",
  readNote: "read",
} as const satisfies EffectTable<ProjectStore>;
