import { toProjectCaps } from "../config/to-run-policy.ts";
import type { ProjectCaps } from "../domain/budget.ts";
import { composeGit } from "./compose-git.ts";
import type { OpenedProject } from "./open-project.ts";
import { getProjectSettings } from "./project-settings.ts";
import { readBaseConfig } from "./read-base-config.ts";

/** What all runs of the project may spend together, as the base branch says it now. */
export async function readBaseCaps(
  { home, env, guard }: OpenedProject,
  baseBranch: string,
): Promise<ProjectCaps> {
  const composed = await composeGit(home, getProjectSettings(home), env, guard);
  try {
    const { config } = await readBaseConfig(composed, baseBranch, env);
    return toProjectCaps(config);
  } finally {
    await composed.git.close();
  }
}
