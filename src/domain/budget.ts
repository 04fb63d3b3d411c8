/** Money is counted in whole micro-dollars, so that sums are exact. */
export interface Spending {
  /** Settled cost of answers that came back. */
  readonly settledMicroUsd: number;
  /** Held back for calls whose cost is not known yet. */
  readonly reservedMicroUsd: number;
}

export interface Budget {
  readonly limitMicroUsd: number;
  readonly warnMicroUsd: number | null;
}

export type BudgetDecision =
  | { readonly kind: "allowed"; readonly isPastWarning: boolean }
  | { readonly kind: "over"; readonly missingMicroUsd: number };

/**
 * Whether a call that may cost this much can be made: what is settled, reserved and asked for must fit under the cap.
 * A cost that is not a number fits under none.
 */
export function decideSpending(budget: Budget, spent: Spending, askedMicroUsd: number): BudgetDecision {
  const total = spent.settledMicroUsd + spent.reservedMicroUsd + askedMicroUsd;
  if (total <= budget.limitMicroUsd) {
    return { kind: "allowed", isPastWarning: budget.warnMicroUsd !== null && total > budget.warnMicroUsd };
  }
  return { kind: "over", missingMicroUsd: total - budget.limitMicroUsd };
}

export function toMicroUsd(usd: number): number {
  return Math.round(usd * 1_000_000);
}

export function renderUsd(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(2)}`;
}
