import { openRunnableModel } from "../composing/compose-model.ts";
import type { RunnableModel } from "../composing/runnable-model.ts";
import type { Config } from "../../config/config-schema.ts";
import { askModel } from "../../pipeline/paying/ask-model.ts";
import { AasError } from "../../domain/errors.ts";
import { findMissingKey } from "../composing/model-key.ts";
import { readPrompts } from "../read-prompts.ts";
import { readSettingsWord } from "../../pipeline/control/settings-note.ts";
import type { Prompts } from "../../pipeline/prompting/prompts.ts";
import { composePlanners } from "../composing/compose-planners.ts";
import type { Planner } from "../../ports/planner.ts";
import type { PriceTable } from "../../ports/price-table.ts";
import { composePrices } from "../composing/compose-prices.ts";
import { composeGit, type ComposedGit } from "../composing/compose-git.ts";
import type { Guard } from "../crash-points/guard.ts";
import { type OpenedProject } from "./open-project.ts";
import type { Environment } from "../environment.ts";
import { getProjectSettings, type ProjectSettings } from "./project-settings.ts";
import { type BaseConfig, readBaseConfig } from "../settings/read-base-config.ts";

/** A project as commands need it that start runs: with git, the base branch's settings and the planners. */
export interface OpenedControl extends OpenedProject, ComposedGit {
  readonly settings: ProjectSettings;
  readonly base: BaseConfig;
  /** The last word about settings that was said before they were read. */
  readonly settingsWord: string | null;
  /** The model that plans and builds; null when none is configured, or its key is not here. */
  readonly runnable: RunnableModel | null;
  /** Why the configured model cannot be asked: it stops only what needs a model. */
  readonly missingKey: AasError | null;
  readonly prices: PriceTable;
  readonly planners: readonly Planner[];
  readonly prompts: Prompts;
}

/** `openModel` finds the model that the settings name; a test brings its own. Closing leaves the project open. */
export async function openControl(
  project: OpenedProject,
  openModel: typeof openRunnableModel = openRunnableModel,
): Promise<OpenedControl> {
  const initial = getProjectSettings(project.home);
  const composed = await composeGit(project.home, initial, project.env, project.guard);
  const settingsWord = await readSettingsWord(project.db, project.home.id);
  const settings = await followBase(composed, initial, project.env);
  const base = await readBaseConfig(composed, settings.baseBranch, project.env);
  refuseUnbuilt(base.config);
  refuseOtherBase(base.config, settings);
  const missingKey = findMissingKey(base.config, project.env);
  const runnable =
    missingKey === null ? guardModel(project.guard, await openModel(project, base.config)) : null;
  const prices = composePrices(base.config);
  await project.db.projects.insert({
    id: project.home.id,
    name: project.home.name,
    repository: project.home.root,
    createdAt: project.clock.now(),
  });
  const prompts = await readPrompts();
  return {
    ...project,
    ...composed,
    settings,
    base,
    settingsWord,
    runnable,
    missingKey,
    prices,
    prompts,
    planners: await composePlanners(
      prompts,
      runnable === null
        ? null
        : (run, ask, signal) => askModel({ ...project, prices, model: runnable.model }, run, ask, signal),
      missingKey,
    ),
    [Symbol.asyncDispose]: () => composed.git.close(),
  };
}

/** The branch that `aas init` found may name another one as the base, once: that one's own settings count from there. */
async function followBase(
  composed: ComposedGit,
  settings: ProjectSettings,
  env: Environment,
): Promise<ProjectSettings> {
  const { config } = await readBaseConfig(composed, settings.baseBranch, env);
  return config.base === null ? settings : { ...settings, baseBranch: config.base };
}

function guardModel(guard: Guard, runnable: RunnableModel | null): RunnableModel | null {
  if (runnable === null) return null;
  const { model, batchProvider } = runnable;
  return {
    model: guard.port("model", model),
    batchProvider: batchProvider === null ? null : guard.port("batchProvider", batchProvider),
  };
}

/** Two branches that name each other as the base leave no answer to where work lands. */
function refuseOtherBase({ base }: Config, { baseBranch }: ProjectSettings): void {
  if (base === null || base === baseBranch) return;
  throw new AasError("config_invalid", `${baseBranch} names ${base} as the base branch.`, {
    cure: `Set base to ${baseBranch} in aas.config.jsonc on ${baseBranch}.`,
  });
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
