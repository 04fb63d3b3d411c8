import type { ProjectId } from "../../domain/ids.ts";
import type { Stores } from "../../ports/database.ts";

const note = "settings";

/** The settings that a person last had a run go on with. */
export interface SettingsNote {
  /** Names their text on the base branch. */
  readonly hash: string;
  readonly atMs: number;
}

/** Who goes on after a question of money has changed the settings: prices are facts about the world, and count at once. */
export async function keepSettingsNote(
  { projects }: Pick<Stores, "projects">,
  projectId: ProjectId,
  { hash, atMs }: SettingsNote,
): Promise<void> {
  await projects.writeNote(projectId, note, { hash, atMs });
}

export async function readSettingsNote(
  { projects }: Pick<Stores, "projects">,
  projectId: ProjectId,
): Promise<SettingsNote | null> {
  return (await projects.readNote(projectId, note)) as SettingsNote | null;
}
