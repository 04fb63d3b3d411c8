import type { ProjectId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Stores } from "../../ports/database.ts";

const note = "settings";

/** A run says in its metadata which configuration it was started with. */
export const configHashKey = "configHash";

/** The settings that a person last had a run start or go on with. */
export interface SettingsNote {
  /** Names their text on the base branch. */
  readonly hash: string;
  /** Names the start or the resume that said so. Words are told apart and never put in order: clocks of machines differ. */
  readonly word: string;
}

/** What a worker was composed from: these settings, read after that word was said; null: none was. */
export interface ComposedSettings {
  readonly hash: string;
  readonly word: string | null;
}

/** Who starts a run, or goes on after a question of money, has changed the settings: they count at once, for every run. */
export async function keepSettingsNote(
  { projects }: Pick<Stores, "projects">,
  { id, projectId, version }: Pick<Run, "id" | "projectId" | "version">,
  hash: string,
): Promise<void> {
  await projects.writeNote(projectId, note, { hash, word: `${id}@${version}` });
}

/** The last word about settings; null: none was said. Read before the settings, it is never newer than they are. */
export async function readSettingsWord(
  deps: Pick<Stores, "projects">,
  projectId: ProjectId,
): Promise<string | null> {
  return (await readSettingsNote(deps, projectId))?.word ?? null;
}

/** Whether other settings were named since: what they are for needs a worker that was composed from them. */
export async function areOutdated(
  deps: Pick<Stores, "projects">,
  projectId: ProjectId,
  composed: ComposedSettings,
): Promise<boolean> {
  const said = await readSettingsNote(deps, projectId);
  return said !== null && said.word !== composed.word && said.hash !== composed.hash;
}

/** What was kept before words had names counts as none. */
async function readSettingsNote(
  { projects }: Pick<Stores, "projects">,
  projectId: ProjectId,
): Promise<SettingsNote | null> {
  const kept = (await projects.readNote(projectId, note)) as Partial<SettingsNote> | null;
  if (kept?.hash === undefined || kept.word === undefined) return null;
  return { hash: kept.hash, word: kept.word };
}
