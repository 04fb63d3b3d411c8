import { toRunPolicy } from "../../config/to-run-policy.ts";
import type { TaskKey } from "../../domain/ids.ts";
import { draftRun } from "../../pipeline/control/start-run.ts";
import { draftParts, type PartsDraft } from "../../pipeline/splitting/draft-parts.ts";
import { findSplittable } from "../../pipeline/splitting/split-task.ts";
import type { OpenedControl } from "../project/open-control.ts";
import type { PreviewCost } from "../../pipeline/planning/pay-preview.ts";
import { openPreviewPlanners } from "./preview-planners.ts";

export interface PartsPreview extends PartsDraft {
  /** Null: no model was asked. */
  readonly cost: PreviewCost | null;
}

/** The parts that a task would have, with nothing recorded but what the answers cost. */
export async function previewParts(
  control: OpenedControl,
  key: TaskKey,
  signal: AbortSignal,
): Promise<PartsPreview> {
  const projectId = control.home.id;
  const task = await findSplittable(control, { projectId, key });
  const run = draftRun(control, {
    projectId,
    goal: task.title,
    source: { kind: "preview" },
    policy: toRunPolicy(control.base.config),
    baseSha: control.base.baseSha,
    baseBranch: control.settings.baseBranch,
  });
  const { planners, costOf } = await openPreviewPlanners(control);
  const draft = await draftParts({ ...control, planners }, run, task, signal);
  return { ...draft, cost: await costOf(run) };
}
