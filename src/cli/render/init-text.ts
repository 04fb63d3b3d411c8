import { withoutBoard, boardFileName } from "../../app/board-file.ts";
import type { InitOutcome } from "../../app/init/apply-init.ts";
import type { InitPlan } from "../../app/init/init-project.ts";
import { keyVariables } from "../../config/model-setting.ts";
import { shortSha } from "../../domain/ids.ts";
import { pullCommand } from "../../domain/pull-command.ts";
import { whyLeftAlone } from "../../pipeline/queue/why-left-alone.ts";
import type { Terminal } from "../terminal.ts";

/** What was found, and what the proposed settings decide; the file itself stands between them when it is wanted. */
export function describeInitPlan(
  plan: InitPlan,
  { env }: Pick<Terminal, "env">,
  { withFile }: { readonly withFile: boolean },
): readonly string[] {
  const { warnings, isFirstCommit, configText } = plan;
  return [
    describeRepository(plan),
    ...(configText === null ? [] : [`  Model   ${describeModel(plan, env)}`, ...describeChoices(plan)]),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...(isFirstCommit ? ["  The repository is empty: this makes its first commit."] : []),
    ...(configText === null ? ["  It has an aas.config.jsonc already."] : []),
    ...(configText === null || !withFile ? [] : ["", ...indented(configText), ""]),
  ];
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`);
}

function describeRepository({ facts, settings: { baseBranch, remote } }: InitPlan): string {
  const where =
    remote === null
      ? "no remote: landings go to the remote aas, kept on this machine"
      : `remote ${remote.name}: landings are pushed to ${remote.name}/${baseBranch}`;
  const state = withoutBoard(facts.dirtyFiles).length > 0 ? "dirty" : "clean";
  return `  Found   ${facts.root} (${baseBranch}, ${state}), ${where}`;
}

function describeModel({ model }: InitPlan, env: Terminal["env"]): string {
  if (model !== null) return `${model.name} of ${model.provider}`;
  const found = Object.entries(keyVariables).find(([, variable]) => (env[variable] ?? "") !== "");
  const why = found === undefined ? "" : `${found[1]} is set: `;
  return `none, so that only blueprints serve. ${why}aas init --model ${found?.[0] ?? "<provider>"}:<name>`;
}

/** What AAS would do in the person's checkout from now on. */
function describeChoices({ settings: { baseBranch, remote } }: InitPlan): readonly string[] {
  const follow =
    remote === null
      ? "your clean checkout is fast-forwarded after landings (landing.updateCheckout: true)"
      : `your checkout is left alone, yours to pull: ${pullCommand(remote.name, baseBranch)}`;
  return [
    `  Board   ${boardFileName} in this checkout is kept up to date (board.location: "checkout")`,
    `  Follow  ${follow}`,
  ];
}

/** What `aas init` asks before it commits, and pushes. */
export function initQuestion({ settings: { baseBranch, remote } }: InitPlan): string {
  const push = remote === null ? "" : ` and push it to ${remote.name}/${baseBranch}`;
  return `Commit this as aas.config.jsonc on ${baseBranch}${push}?`;
}

/** What it did, and how the person's checkout gets it. */
export function renderInitEnd(plan: InitPlan, outcome: InitOutcome): string {
  return [...describeCommit(plan, outcome), 'Try: aas automate "<goal>" --dry-run'].join("\n");
}

function describeCommit({ settings }: InitPlan, { committed, checkout }: InitOutcome): readonly string[] {
  const { baseBranch, remote } = settings;
  const bringUp = `To bring your checkout up: ${pullCommand(remote?.name ?? null, baseBranch)}`;
  const why = checkout === null ? null : whyLeftAlone(checkout, baseBranch);
  const left = why === null ? [] : [`Your checkout was left alone (${why}).`, bringUp];
  if (committed === null) return ["Set up already.", ...left];
  const done = `Committed aas.config.jsonc to ${baseBranch} as ${shortSha(committed)}`;
  if (remote !== null) return [`${done} and pushed it to ${remote.name}/${baseBranch}.`, bringUp];
  return why === null
    ? [`${done}; your checkout has it.`]
    : [`${done}. It stands in the remote aas only.`, ...left];
}
