import { assertPlannable } from "../../app/starting/assert-plannable.ts";
import { assertSource } from "../../app/starting/assert-source.ts";
import { openControl, type OpenedControl } from "../../app/project/open-control.ts";
import { openProject } from "../../app/project/open-project.ts";
import { withWorker } from "../../app/worker/with-worker.ts";
import { configHashKey } from "../../pipeline/control/settings-note.ts";
import { closestName } from "../../config/closest-name.ts";
import { type PolicyOverrides, toRunPolicy } from "../../config/to-run-policy.ts";
import { AasError } from "../../domain/errors.ts";
import { isPriority } from "../../domain/priority.ts";
import type { GivenSource, Run } from "../../domain/run.ts";
import { startRun } from "../../pipeline/control/start-run.ts";
import { parseTaskPlan } from "../../pipeline/planning/parse-task-plan.ts";
import { followAndReport } from "../follow/follow-and-report.ts";
import { parseBudget } from "../parse-budget.ts";
import { readSource } from "../read-source.ts";
import type { CommandFunction, Options } from "../register.ts";
import type { CommandResult } from "../run-command.ts";
import { tellWaiting } from "../tell-waiting.ts";
import type { Terminal } from "../terminal.ts";
import { steering } from "./steer.ts";

/** `aas automate "<goal>"`: records the run, makes sure that a worker lives, and follows it. */
export const automate: CommandFunction = async (terminal, args, options) => {
  assertNoContradiction(options);
  assertNoMisspelling(args[0] ?? "");
  const source = await readSource(options);
  const goal = args[0] ?? goalOf(source);
  await using project = await openProject(terminal.cwd, terminal.env);
  await using control = await openControl(project, tellWaiting(terminal));
  for (const warning of control.base.warnings) terminal.say(`warning: ${warning}`);
  if (source !== null) await assertSource(control, source);
  if (options["dryRun"] === true) {
    const { previewRun } = await import("./preview-run.ts");
    const question = { goal, source, overrides: policyOverrides(options) };
    return await previewRun(control, question, options);
  }
  const run = await recordRun(control, goal, options, source);
  return await withWorker(control, () => follow(terminal, control, run, options));
};

/** What a plan or tasks are for, where nobody says it. */
function goalOf(source: GivenSource | null): string {
  switch (source?.kind) {
    case "tasks":
      return `Finish ${source.keys.join(", ")}`;
    case "plan": {
      const parsed = parseTaskPlan(source.json);
      const [first, ...others] = parsed.kind === "parsed" ? parsed.plan.tasks : [];
      if (first === undefined) return "Follow the given plan";
      return others.length === 0 ? first.title : `${first.title}, and ${others.length} more`;
    }
    case "goal":
    case undefined:
      return "";
  }
}

const commandsBesides = ["status", "list", "attach", "logs", "diff", ...Object.keys(steering)];

/** One word that is nearly a command is no goal: a run that nobody wanted would cost money. */
function assertNoMisspelling(goal: string): void {
  if (!/^[a-z]{3,12}$/iu.test(goal)) return;
  const near = closestName(goal, commandsBesides);
  if (near === null) return;
  throw new AasError("usage", `${JSON.stringify(goal)} is no goal. Did you mean aas automate ${near}?`, {
    cure: `aas automate ${near}`,
  });
}

function assertNoContradiction(options: Options): void {
  if (options["wait"] !== true || options["detach"] !== true) return;
  throw new AasError("usage", "--wait follows the run and --detach does not.", { cure: "Give one of them." });
}

export async function recordRun(
  control: OpenedControl,
  goal: string,
  options: Options,
  source: GivenSource | null,
): Promise<Run> {
  const { priority, assignee } = options;
  if (typeof priority !== "string" || !isPriority(priority))
    throw new AasError("usage", `--priority ${String(priority)}`);
  const policy = toRunPolicy(control.base.config, policyOverrides(options));
  if (source === null) await assertPlannable(control, goal, policy);
  return startRun(control, {
    projectId: control.home.id,
    goal,
    priority,
    assignee: typeof assignee === "string" ? assignee : null,
    source: source ?? { kind: "goal" },
    policy,
    baseBranch: control.settings.baseBranch,
    metadata: { [configHashKey]: control.base.textHash },
  });
}

function policyOverrides({ budget, yes, batch }: Options): PolicyOverrides {
  return {
    ...(typeof budget === "string" ? { budgetUsd: parseBudget(budget) } : {}),
    yes: yes === true,
    noBatch: batch === false,
  };
}

async function follow(
  terminal: Terminal,
  control: OpenedControl,
  run: Run,
  options: Options,
): Promise<CommandResult> {
  const isWatched = options["wait"] === true || (terminal.isInteractive && options["detach"] !== true);
  if (isWatched) return followAndReport(terminal, control, run.id, { unasked: "leave" });
  return {
    text: [
      `${run.id} is on its way.`,
      `  aas automate status ${run.id}`,
      `  aas automate attach ${run.id}`,
    ].join("\n"),
    result: { runId: run.id },
  };
}
