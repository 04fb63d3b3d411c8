import { composeBlueprints } from "./compose-blueprints.ts";
import { openRunnableModel } from "./compose-model.ts";
import type { Config } from "../config/config-schema.ts";
import { askModel } from "../pipeline/ask-model.ts";
import { AasError } from "../domain/errors.ts";
import { makeModelPlanner } from "../pipeline/model-planner.ts";
import type { Planner } from "../ports/planner.ts";
import { composeGit, type ComposedGit } from "./compose-git.ts";
import { type OpenedProject } from "./open-project.ts";
import { getProjectSettings, type ProjectSettings } from "./project-settings.ts";
import { type BaseConfig, readBaseConfig } from "./read-base-config.ts";

/** A project as commands need it that start runs: with git, the base branch's settings and the planners. */
export interface OpenedControl extends OpenedProject, ComposedGit {
  readonly settings: ProjectSettings;
  readonly base: BaseConfig;
  readonly planners: readonly Planner[];
}

/** Closing it leaves the project open: that is its opener's. */
export async function openControl(project: OpenedProject): Promise<OpenedControl> {
  const settings = getProjectSettings(project.home);
  const composed = await composeGit(project.home, settings, project.env);
  const base = await readBaseConfig(composed, settings.baseBranch, project.env);
  refuseUnbuilt(base.config);
  await project.db.projects.insert({
    id: project.home.id,
    name: project.home.name,
    repository: project.home.root,
    createdAt: project.clock.now(),
  });
  return {
    ...project,
    ...composed,
    settings,
    base,
    planners: await composePlanners(project, base.config),
    [Symbol.asyncDispose]: () => composed.git.close(),
  };
}

/** Blueprints first: they cost nothing and say at once when a goal is not theirs. */
export async function composePlanners(project: OpenedProject, config: Config): Promise<readonly Planner[]> {
  const model = await openRunnableModel(project, config);
  const { planner } = await composeBlueprints();
  if (model === null) return [planner];
  const deps = { ...project, model: model.model };
  return [makeModelPlanner((run, ask, signal) => askModel(deps, run, ask, signal)), planner];
}

/** A setting that is understood and has no effect yet would be a promise: it is refused instead. */
function refuseUnbuilt({ delivery, notify }: Config): void {
  const unbuilt = [
    ...(delivery === "task" ? ['delivery (use "run")'] : []),
    ...(notify.discord === null ? [] : ["notify.discord (use notify.webhook)"]),
    ...(notify.slack === null ? [] : ["notify.slack (use notify.webhook)"]),
  ];
  if (unbuilt.length === 0) return;
  throw new AasError("config_invalid", `This version does not do this yet: ${unbuilt.join(", ")}.`, {
    cure: "Take it out of aas.config.jsonc.",
  });
}
