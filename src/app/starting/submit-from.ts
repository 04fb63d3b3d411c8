import { toRunPolicy } from "../../config/to-run-policy.ts";
import { AasError } from "../../domain/errors.ts";
import type { TaskKey } from "../../domain/ids.ts";
import { modelCure } from "../../domain/model-cure.ts";
import {
  type AnalysisChoice,
  type AnalysisSubmission,
  chooseForAnalysis,
  submitAnalyses,
} from "../../pipeline/control/submit-analyses.ts";
import type { OpenedControl } from "../project/open-control.ts";
import { configHashKey } from "../../pipeline/control/settings-note.ts";

/** Records a run that asks about these tasks, or about every new one, under the settings in force. */
export async function submitFrom(
  control: OpenedControl,
  keys: readonly TaskKey[] | null,
): Promise<AnalysisSubmission> {
  assertModel(control);
  return submitAnalyses(control, {
    ...wishOf(control, keys),
    priority: "medium",
    assignee: null,
    baseBranch: control.settings.baseBranch,
    metadata: { [configHashKey]: control.base.textHash },
  });
}

/** What it would send; nothing is recorded. */
export async function previewSubmission(
  control: OpenedControl,
  keys: readonly TaskKey[] | null,
): Promise<AnalysisChoice> {
  assertModel(control);
  return chooseForAnalysis(control.db, wishOf(control, keys));
}

function wishOf(
  { home, base }: OpenedControl,
  keys: readonly TaskKey[] | null,
): Parameters<typeof chooseForAnalysis>[1] {
  return { projectId: home.id, keys, policy: toRunPolicy(base.config, { analysisFirst: true }) };
}

/** Why the tasks are asked about one by one, at the ordinary price; null when they go out in batches. */
export function whyNotInBatches({ base, runnable }: OpenedControl): string | null {
  if (!base.config.batch.enabled) return "batch.enabled is false";
  return runnable?.batchProvider === null ? "the model's provider has no batches" : null;
}

export function assertModel({ runnable, missingKey }: OpenedControl): void {
  if (runnable !== null) return;
  if (missingKey !== null) throw missingKey;
  throw new AasError("no_model", "No model is configured that could analyse a task.", {
    cure: modelCure,
  });
}
