import type { Ask } from "../pipeline/planning/model-planner.ts";
import type { Planner } from "../ports/planner.ts";
import { composePlanners } from "./compose-planners.ts";
import type { OpenedControl } from "./open-control.ts";

/**
 * Planners for a look at what would be: nothing is recorded, so nothing can be held back, and what an answer costs is its
 * provider's to bill.
 */
export async function plannersWithoutLedger({
  prompts,
  runnable,
}: Pick<OpenedControl, "prompts" | "runnable">): Promise<readonly Planner[]> {
  if (runnable === null) return composePlanners(prompts, null);
  const ask: Ask = async (_run, { request }, signal) => ({
    kind: "answered",
    reply: await runnable.model.complete(request, signal),
  });
  return composePlanners(prompts, ask);
}
