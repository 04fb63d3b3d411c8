import { findEditedConfig } from "../../app/settings/edited-config.ts";
import { composeGit } from "../../app/composing/compose-git.ts";
import type { Environment } from "../../app/environment.ts";
import { findProjectHome, type ProjectHome } from "../../app/project/project-home.ts";
import { findProjectSettings } from "../../app/project/project-settings.ts";
import { readBaseConfig } from "../../app/settings/read-base-config.ts";
import { toJsonSchema } from "../../config/json-schema.ts";
import { type ResolvedConfig, resolveConfig } from "../../config/layer-config.ts";
import { settings } from "../../config/setting-list.ts";
import { valueAt } from "../../config/value-at.ts";
import type { CommandFunction } from "../register.ts";
import { renderSettings, type ShownSetting } from "../render/config-text.ts";
import type { Terminal } from "../terminal.ts";

/** `aas config show`: what a run that started now would be held to. */
export const showConfig: CommandFunction = async (terminal, _args, options) => {
  const home = findProjectHome(terminal.cwd, terminal.env);
  const { config, origins, warnings } = await readConfig(terminal, home);
  for (const warning of warnings) terminal.say(`warning: ${warning}`);
  const shown = settings.map(({ path }): ShownSetting => {
    const origin = origins.get(path) ?? { kind: "default" };
    return { path, value: valueAt(config, path.split(".")), origin };
  });
  return { text: renderSettings(shown, options["origin"] === true), result: { settings: shown, warnings } };
};

async function readConfig(terminal: Terminal, home: ProjectHome): Promise<ResolvedConfig> {
  const project = findProjectSettings(home);
  if (project === null) {
    terminal.say(
      `${home.name} is not set up yet (aas init): these are the defaults and what the environment says.`,
    );
    return withoutProject(terminal.env);
  }
  const composed = await composeGit(home, project, terminal.env);
  try {
    const base = await readBaseConfig(composed, project.baseBranch, terminal.env);
    const edited = await findEditedConfig({ git: composed.git, home }, base, project.baseBranch);
    return edited === null ? base : { ...base, warnings: [...base.warnings, edited] };
  } finally {
    await composed.git.close();
  }
}

function withoutProject(environment: Environment): ResolvedConfig {
  return resolveConfig({ project: null, environment, flags: {} });
}

/** `aas config schema`: what editors complete the file with. */
export const showSchema: CommandFunction = async () => {
  const schema = toJsonSchema();
  return { text: JSON.stringify(schema, null, 2), result: schema };
};
