import type { ErrorCode } from "../domain/errors.ts";
import type { RunState } from "../domain/run.ts";

/** What the number means that a command ends with; a contract with scripts. */
export const exitCodes = {
  success: 0,
  /** A run that failed or landed only in part, or an unexpected error. */
  failure: 1,
  usage: 2,
  config: 3,
  authentication: 4,
  /** A run that is paused for money. */
  policy: 5,
  waitsForPerson: 6,
  /** Trying again later may help. */
  transient: 7,
  stillRunning: 8,
  conflict: 9,
  interrupted: 130,
} as const;

export function exitCodeOfError(code: ErrorCode): number {
  return codesOfErrors[code] ?? exitCodes.failure;
}

const codesOfErrors: Readonly<Partial<Record<ErrorCode, number>>> = {
  usage: exitCodes.usage,
  goal_invalid: exitCodes.usage,
  not_found: exitCodes.usage,
  plan_invalid: exitCodes.usage,
  config_invalid: exitCodes.config,
  config_missing: exitCodes.config,
  repository_invalid: exitCodes.config,
  no_model: exitCodes.config,
  no_checks: exitCodes.config,
  price_unknown: exitCodes.config,
  not_allowed: exitCodes.authentication,
  provider_unpaid: exitCodes.policy,
  over_budget: exitCodes.policy,
  provider_unavailable: exitCodes.transient,
  provider_waiting: exitCodes.transient,
  provider_full: exitCodes.transient,
  database_unavailable: exitCodes.transient,
  remote_unavailable: exitCodes.transient,
  timeout: exitCodes.transient,
  conflict: exitCodes.conflict,
  base_diverged: exitCodes.conflict,
  canceled: exitCodes.interrupted,
};

/** How a followed run ends for the shell: a partial run is not a success. */
export function exitCodeOfRun(state: RunState): number {
  switch (state.status) {
    case "completed":
      return state.outcome === "full" ? exitCodes.success : exitCodes.failure;
    case "failed":
    case "canceled":
      return exitCodes.failure;
    case "paused":
      return state.reason === "money" ? exitCodes.policy : exitCodes.waitsForPerson;
    case "queued":
    case "running":
      return exitCodes.stillRunning;
  }
}
