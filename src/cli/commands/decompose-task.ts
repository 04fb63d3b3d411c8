import { composeBoard } from "../../app/composing/compose-board.ts";
import { keptLeases } from "../../app/worker/kept-leases.ts";
import { openControl, type OpenedControl } from "../../app/project/open-control.ts";
import { openProject } from "../../app/project/open-project.ts";
import { noDeadline } from "../../app/no-deadline.ts";
import { previewParts } from "../../app/preview/preview-parts.ts";
import { toRunPolicy } from "../../config/to-run-policy.ts";
import type { TaskKey } from "../../domain/ids.ts";
import { type Split, splitTask } from "../../pipeline/splitting/split-task.ts";
import { parseTaskKey } from "../parse-task-key.ts";
import type { CommandFunction } from "../register.ts";
import { renderPartsPreview, renderSplit } from "../render/split-text.ts";
import type { CommandResult } from "../run-command.ts";
import { tellWaiting } from "../tell-waiting.ts";

/** `aas task decompose <key>`: parts of a task that is too large for one builder. */
export const decomposeTask: CommandFunction = async (terminal, args, options) => {
  const key = parseTaskKey(args[0] ?? "", "The key");
  await using project = await openProject(terminal.cwd, terminal.env);
  await using control = await openControl(project, tellWaiting(terminal));
  for (const warning of control.base.warnings) terminal.say(`warning: ${warning}`);
  return await (options["dryRun"] === true ? preview(control, key) : split(control, key));
};

async function preview(control: OpenedControl, key: TaskKey): Promise<CommandResult> {
  const draft = await previewParts(control, key, noDeadline());
  const { plan, repairs, warnings, cost } = draft;
  const result = { dryRun: true, parent: key, runId: null, parts: plan.tasks, repairs, warnings, cost };
  return { text: renderPartsPreview(key, draft), result };
}

async function split(control: OpenedControl, key: TaskKey): Promise<CommandResult> {
  const request = {
    projectId: control.home.id,
    key,
    policy: toRunPolicy(control.base.config),
    baseBranch: control.settings.baseBranch,
  };
  const deps = { ...control, leases: keptLeases(control.db.leases), board: composeBoard(control) };
  const done = await splitTask(deps, request, noDeadline());
  const spending = await control.db.usage.spendingOf(done.run.id);
  return {
    text: renderSplit(done, spending.settledMicroUsd),
    result: toResult(done, spending.settledMicroUsd),
  };
}

function toResult({ run, parent, parts, repairs, warnings }: Split, costMicroUsd: number): object {
  return {
    dryRun: false,
    parent: parent.key,
    waitsFor: parent.dependsOn,
    runId: run.id,
    costMicroUsd,
    parts: parts.map(
      ({ key, title, description, priority, type, dependsOn, files, acceptance, builder }) => ({
        key,
        title,
        description,
        priority,
        type,
        dependsOn,
        files,
        acceptance,
        builder,
      }),
    ),
    repairs,
    warnings,
  };
}
