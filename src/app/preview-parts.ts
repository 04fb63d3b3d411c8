import { toRunPolicy } from "../config/to-run-policy.ts";
import type { TaskKey } from "../domain/ids.ts";
import { draftRun } from "../pipeline/control/start-run.ts";
import { draftParts, type PartsDraft } from "../pipeline/splitting/draft-parts.ts";
import { findSplittable } from "../pipeline/splitting/split-task.ts";
import type { OpenedControl } from "./open-control.ts";
import { plannersWithoutLedger } from "./planners-without-ledger.ts";

/** The parts that a task would have, without recording anything. */
export async function previewParts(
  control: OpenedControl,
  key: TaskKey,
  signal: AbortSignal,
): Promise<PartsDraft> {
  const projectId = control.home.id;
  const task = await findSplittable(control, { projectId, key });
  const run = draftRun(control, {
    projectId,
    goal: task.title,
    policy: toRunPolicy(control.base.config),
    baseSha: control.base.baseSha,
    baseBranch: control.settings.baseBranch,
  });
  return draftParts({ ...control, planners: await plannersWithoutLedger(control) }, run, task, signal);
}
