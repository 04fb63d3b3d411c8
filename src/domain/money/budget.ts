/** Money is counted in whole micro-dollars, so that sums are exact. */
export interface Spending {
  /** Settled cost of answers that came back. */
  readonly settledMicroUsd: number;
  /** Held back for calls whose cost is not known yet. */
  readonly reservedMicroUsd: number;
}

/** Whose spending has a cap: one run's, all of a project's, or a project's on one day (UTC). */
export type Purse = "run" | "project" | "day";

export const purses: readonly Purse[] = ["run", "project", "day"];

export interface Budget {
  readonly limitMicroUsd: number | null;
  readonly warnMicroUsd: number | null;
}

/** What all runs of a project may spend together, ever and on one day. */
export type ProjectCaps = Readonly<Record<Exclude<Purse, "run">, Budget>>;

/** Every cap that a call must fit under. */
export interface Budgets {
  readonly purses: Readonly<Record<Purse, Budget>>;
  /** Tokens that a run may read and write. */
  readonly runTokens: number | null;
}

/** What is spent and held back so far, beside the caps. */
export interface Spent {
  readonly purses: Readonly<Record<Purse, Spending>>;
  readonly runTokens: number;
}

/** The most that a call can take. */
export interface CallBound {
  readonly microUsd: number;
  readonly tokens: number;
}

export type BudgetDecision =
  | { readonly kind: "allowed"; readonly pastWarning: readonly Purse[] }
  | OverBudget;

/** The cap that a call does not fit under, and what is missing. */
export interface OverBudget {
  readonly kind: "over_budget";
  readonly cap: Purse | "run_tokens";
  readonly missingMicroUsd: number;
  readonly missingTokens: number;
}

/** Nothing is capped and nobody is warned. */
export const noBudget: Budget = { limitMicroUsd: null, warnMicroUsd: null };

/** One cap: a run's. */
export function runBudget(run: Budget): Budgets {
  return { purses: { run, project: noBudget, day: noBudget }, runTokens: null };
}

export function isCapped({ limitMicroUsd, warnMicroUsd }: Budget): boolean {
  return limitMicroUsd !== null || warnMicroUsd !== null;
}

/**
 * Whether a call can be made: what is settled, reserved and asked for must fit under every cap. A cost that is not a
 * number fits under none.
 */
export function decideSpending(budgets: Budgets, spent: Spent, asked: CallBound): BudgetDecision {
  const totalOf = (purse: Purse): number => totalSpent(spent.purses[purse]) + asked.microUsd;
  for (const purse of purses) {
    const { limitMicroUsd } = budgets.purses[purse];
    if (limitMicroUsd === null || totalOf(purse) <= limitMicroUsd) continue;
    return {
      kind: "over_budget",
      cap: purse,
      missingMicroUsd: totalOf(purse) - limitMicroUsd,
      missingTokens: 0,
    };
  }
  const missingTokens = missingOf(budgets.runTokens, spent.runTokens + asked.tokens);
  if (missingTokens !== 0)
    return { kind: "over_budget", cap: "run_tokens", missingMicroUsd: 0, missingTokens };
  return {
    kind: "allowed",
    pastWarning: purses.filter((purse) => isPast(budgets.purses[purse], totalOf(purse))),
  };
}

/** What is spent and held back once a call is reserved: in every purse. */
export function withReserved(spent: Spent, asked: CallBound): Spent {
  const add = ({ settledMicroUsd, reservedMicroUsd }: Spending): Spending => ({
    settledMicroUsd,
    reservedMicroUsd: reservedMicroUsd + asked.microUsd,
  });
  const { run, project, day } = spent.purses;
  return {
    purses: { run: add(run), project: add(project), day: add(day) },
    runTokens: spent.runTokens + asked.tokens,
  };
}

export function totalSpent({ settledMicroUsd, reservedMicroUsd }: Spending): number {
  return settledMicroUsd + reservedMicroUsd;
}

function missingOf(limit: number | null, total: number): number {
  return limit === null || total <= limit ? 0 : total - limit;
}

function isPast({ warnMicroUsd }: Budget, total: number): boolean {
  return warnMicroUsd !== null && total > warnMicroUsd;
}

/** Why a call is not made, and which setting says so. */
export function explainOverBudget({ cap, missingMicroUsd, missingTokens }: OverBudget): string {
  switch (cap) {
    case "run":
      return `The next call could go ${renderUsd(missingMicroUsd)} past the cap.`;
    case "project":
      return `The next call could go ${renderUsd(missingMicroUsd)} past the cap of the project (budget.perProjectUsd).`;
    case "day":
      return `The next call could go ${renderUsd(missingMicroUsd)} past the cap of the day (budget.perDayUsd), which ends at 00:00 UTC.`;
    case "run_tokens":
      return `The next call could go ${missingTokens} tokens past the cap of the run (budget.perRunTokens).`;
  }
}

export function toMicroUsd(usd: number): number {
  return Math.round(usd * 1_000_000);
}

export function renderUsd(microUsd: number): string {
  // Less than a cent is not nothing: many calls cost less.
  if (microUsd > 0 && microUsd < 10_000) return renderMicroUsd(microUsd);
  return `$${(microUsd / 1_000_000).toFixed(2)}`;
}

/** One call may cost less than a cent. */
export function renderMicroUsd(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(6)}`;
}
