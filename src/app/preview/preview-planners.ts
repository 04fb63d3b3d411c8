import { type PreviewPurse, payPreview } from "../../pipeline/planning/pay-preview.ts";
import type { Planner } from "../../ports/planner.ts";
import { composePlanners } from "../composing/compose-planners.ts";
import type { OpenedControl } from "../project/open-control.ts";

/** Planners for a look at what would be, and what pays for their answers. */
export interface PreviewPlanners extends Pick<PreviewPurse, "costOf"> {
  readonly planners: readonly Planner[];
}

export async function openPreviewPlanners(control: OpenedControl): Promise<PreviewPlanners> {
  const { runnable, prompts } = control;
  if (runnable === null) return { planners: control.planners, costOf: async () => null };
  const { db, clock, actor, prices } = control;
  const { ask, costOf } = payPreview({ db, clock, actor, prices, model: runnable.model });
  return { planners: await composePlanners(prompts, ask), costOf };
}
