import { type InitPlan, planInit } from "../../app/init-project.ts";
import { findProjectHome } from "../../app/project-home.ts";
import { AasError } from "../../domain/errors.ts";
import { demandYes } from "../confirm.ts";
import { keyVariables } from "../../config/model-setting.ts";
import { parseModelChoice } from "../../config/parse-model-choice.ts";
import type { CommandFunction } from "../register.ts";
import type { Terminal } from "../terminal.ts";

/** `aas init`: shows what it found and the configuration it proposes, and commits it to the base branch when told to. */
export const init: CommandFunction = async (terminal, _args, options) => {
  const model = typeof options["model"] === "string" ? parseModelChoice(options["model"]) : null;
  const home = findProjectHome(terminal.cwd, terminal.env);
  const clock = { now: () => new Date() };
  const plan = await planInit(home, { env: terminal.env, clock, model });
  try {
    for (const line of describePlan(plan, terminal)) terminal.say(line);
    const { settings, configText } = plan;
    if (options["dryRun"] === true)
      return { text: configText ?? "", result: { settings, configText, dryRun: true } };
    if (configText !== null) await askToCommit(terminal, plan, options["yes"] === true);
    const outcome = await plan.apply({ updateCheckout: true });
    const next = 'aas automate "<goal>" --dry-run';
    const text =
      outcome.committed === null
        ? `Set up already. Try: ${next}`
        : `Committed aas.config.jsonc to ${settings.baseBranch} as ${outcome.committed.slice(0, 8)}.\nTry: ${next}`;
    return { text, result: { settings, ...outcome } };
  } finally {
    await plan.close();
  }
};

function describePlan(plan: InitPlan, { env }: Terminal): readonly string[] {
  const { facts, settings, warnings, isFirstCommit, configText } = plan;
  const where =
    settings.remote === null
      ? "no remote: landings go to the remote aas, kept on this machine"
      : `remote ${settings.remote.name}`;
  return [
    `  Found   ${facts.root} (${settings.baseBranch}, ${facts.isDirty ? "dirty" : "clean"}), ${where}`,
    ...(configText === null ? [] : [`  Model   ${describeModel(plan, env)}`]),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...(isFirstCommit ? ["  The repository is empty: this makes its first commit."] : []),
    ...(configText === null
      ? ["  It has an aas.config.jsonc already."]
      : [
          "",
          ...configText
            .trimEnd()
            .split("\n")
            .map((line) => `    ${line}`),
          "",
        ]),
  ];
}

function describeModel({ model }: InitPlan, env: Terminal["env"]): string {
  if (model !== null) return `${model.name} of ${model.provider}`;
  const found = Object.entries(keyVariables).find(([, variable]) => (env[variable] ?? "") !== "");
  const why = found === undefined ? "" : `${found[1]} is set: `;
  return `none, so that only blueprints serve. ${why}aas init --model ${found?.[0] ?? "<provider>"}:<name>`;
}

async function askToCommit(terminal: Terminal, { settings }: InitPlan, isYes: boolean): Promise<void> {
  if (isYes) return;
  if (!terminal.isInteractive)
    throw new AasError("usage", "Nobody can answer here.", { cure: "aas init --yes" });
  await demandYes(`  ? Commit this as aas.config.jsonc on ${settings.baseBranch}?`, "yes");
}
