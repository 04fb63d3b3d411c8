import { parseGoal } from "../../domain/goal.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";
import { draftRun } from "../../pipeline/control/start-run.ts";
import { askPlanners } from "../../pipeline/planning/draft-plan.ts";
import { notServed } from "../../pipeline/planning/not-served.ts";
import { readRepositoryFacts } from "../../pipeline/planning/repository-facts.ts";
import { noDeadline } from "../no-deadline.ts";
import type { OpenedControl } from "../project/open-control.ts";

/**
 * What blueprints cannot make here, such as a plugin whose name is taken, is refused before a run is recorded that could
 * never go on. Where there is a model it plans what they do not, so nothing is known before it is asked.
 */
export async function assertPlannable(
  control: OpenedControl,
  given: string,
  policy: RunPolicy,
): Promise<void> {
  if (control.runnable !== null) return;
  const goal = parseGoal(given);
  const { home, base, settings, planners } = control;
  const { baseBranch } = settings;
  const run = draftRun(control, { projectId: home.id, goal, policy, baseBranch, baseSha: base.baseSha });
  const facts = await readRepositoryFacts(control, run);
  const request = { run, goal, details: "", facts, factTokens: 0, series: 0, complaints: [] };
  const draft = await askPlanners(planners, request, noDeadline());
  if (draft.kind === "not_served") throw notServed(draft.refusals);
}
