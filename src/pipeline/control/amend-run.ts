import { type ProjectCaps, renderUsd } from "../../domain/money/budget.ts";
import type { GivenSource, Run } from "../../domain/run.ts";

/** What a person may change of what was frozen when a run was created. */
export interface RunAmendment {
  /** A higher cap, when money stopped it. */
  readonly budgetLimitMicroUsd?: number;
  readonly budgetPerRunTokens?: number;
  /** What the settings say now of what all runs of the project may spend. */
  readonly caps?: ProjectCaps;
  /** Names the settings as they are now: a worker with the prices of other ones makes room for one with these. */
  readonly settingsHash?: string;
  /** A plan by hand, when planning stopped it, or the plan turned out wrong; what is built of that one stays. */
  readonly source?: GivenSource;
}

/** Nothing else of what was frozen changes. */
export function amendRun(
  run: Run,
  { budgetLimitMicroUsd, budgetPerRunTokens, source }: RunAmendment,
): Pick<Run, "policy" | "source"> {
  const { policy } = run;
  return {
    policy: {
      ...policy,
      budgetLimitMicroUsd: budgetLimitMicroUsd ?? policy.budgetLimitMicroUsd,
      budgetPerRunTokens: budgetPerRunTokens ?? policy.budgetPerRunTokens,
    },
    source: source ?? run.source,
  };
}

export function describeAmendment({
  budgetLimitMicroUsd,
  budgetPerRunTokens,
  source,
}: RunAmendment): readonly string[] {
  return [
    ...(budgetLimitMicroUsd === undefined ? [] : [`with a cap of ${renderUsd(budgetLimitMicroUsd)}`]),
    ...(budgetPerRunTokens === undefined ? [] : [`with a cap of ${budgetPerRunTokens} tokens`]),
    ...(source === undefined ? [] : ["with a plan by hand"]),
  ];
}
