import { planInit } from "../../app/init/init-project.ts";
import { findProjectHome } from "../../app/project/project-home.ts";
import { parseModelChoice } from "../../config/parse-model-choice.ts";
import { AasError } from "../../domain/errors.ts";
import { demandYes } from "../confirm.ts";
import type { CommandFunction } from "../register.ts";
import { describeInitPlan, initQuestion, renderInitEnd } from "../render/init-text.ts";
import type { Terminal } from "../terminal.ts";

/** `aas init`: shows what it found and the configuration it proposes, and commits it to the base branch when told to. */
export const init: CommandFunction = async (terminal, _args, options) => {
  const model = typeof options["model"] === "string" ? parseModelChoice(options["model"]) : null;
  const isDryRun = options["dryRun"] === true;
  const home = findProjectHome(terminal.cwd, terminal.env);
  const clock = { now: () => new Date() };
  const plan = await planInit(home, { env: terminal.env, clock, model });
  // A dry run answers with the file: it is not part of the talk too.
  for (const line of describeInitPlan(plan, terminal, { withFile: !isDryRun })) terminal.say(line);
  const { settings, configText } = plan;
  if (isDryRun) return { text: configText ?? "", result: { settings, configText, dryRun: true } };
  if (configText !== null && options["yes"] !== true) await askToCommit(terminal, initQuestion(plan));
  const outcome = await plan.apply({ updateCheckout: true });
  return { text: renderInitEnd(plan, outcome), result: { settings, ...outcome } };
};

async function askToCommit(terminal: Terminal, question: string): Promise<void> {
  if (!terminal.isInteractive)
    throw new AasError("usage", `${question} Nobody can answer here.`, { cure: "aas init --yes" });
  await demandYes(`  ? ${question}`, "yes");
}
