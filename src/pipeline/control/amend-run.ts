import { renderUsd } from "../../domain/budget.ts";
import type { GivenSource, Run } from "../../domain/run.ts";

/** What a person may change of what was frozen when a run was created. */
export interface RunAmendment {
  /** A higher cap, when money stopped it. */
  readonly budgetLimitMicroUsd?: number;
  /** A plan by hand, when planning stopped it, or the plan turned out wrong; what is built of that one stays. */
  readonly source?: GivenSource;
}

/** Nothing else of what was frozen changes. */
export function amendRun(
  run: Run,
  { budgetLimitMicroUsd, source }: RunAmendment,
): Pick<Run, "policy" | "source"> {
  const limit = budgetLimitMicroUsd ?? run.policy.budgetLimitMicroUsd;
  return { policy: { ...run.policy, budgetLimitMicroUsd: limit }, source: source ?? run.source };
}

export function describeAmendment({ budgetLimitMicroUsd, source }: RunAmendment): readonly string[] {
  return [
    ...(budgetLimitMicroUsd === undefined ? [] : [`with a cap of ${renderUsd(budgetLimitMicroUsd)}`]),
    ...(source === undefined ? [] : ["with a plan by hand"]),
  ];
}
