import { toProjectCaps } from "../../config/to-run-policy.ts";
import type { ProjectCaps } from "../../domain/money/budget.ts";
import { composeGit } from "../composing/compose-git.ts";
import type { OpenedProject } from "../project/open-project.ts";
import { getProjectSettings } from "../project/project-settings.ts";
import { readBaseConfig } from "./read-base-config.ts";

/** What counts for a run at once when it goes on after a question of money, whatever it was started with. */
export interface MoneySettings {
  /** What all runs of the project may spend together. */
  readonly caps: ProjectCaps;
  /** Names the settings that say so: a worker whose prices are of other ones is composed anew. */
  readonly settingsHash: string;
}

/** As the base branch says it now. */
export async function readBaseMoney(
  { home, env, guard }: OpenedProject,
  baseBranch: string,
): Promise<MoneySettings> {
  const composed = await composeGit(home, getProjectSettings(home), env, guard);
  try {
    const { config, textHash } = await readBaseConfig(composed, baseBranch, env);
    return { caps: toProjectCaps(config), settingsHash: textHash };
  } finally {
    await composed.git.close();
  }
}
