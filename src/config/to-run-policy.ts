import { type ProjectCaps, toMicroUsd } from "../domain/money/budget.ts";
import type { CheckDefinition } from "../domain/check.ts";
import type { RunPolicy } from "../domain/running/run-policy.ts";
import type { CheckSetting } from "./check-setting.ts";
import type { Config } from "./config-schema.ts";
import { parseDuration } from "./duration.ts";

/** What the person who starts one run says about it. */
export interface PolicyOverrides {
  readonly budgetUsd?: number;
  /** Land without asking, whatever the configuration says. */
  readonly yes?: boolean;
  readonly noBatch?: boolean;
  /** Analyses are what is wanted; building comes when a person says so, or at once if the settings do. */
  readonly analysisFirst?: boolean;
}

/** What a run is held to, frozen when it is created: later changes of the configuration do not reach it. */
export function toRunPolicy(config: Config, overrides: PolicyOverrides = {}): RunPolicy {
  const isYes = overrides.yes === true;
  return {
    mergeAuto: isYes || config.merge.auto,
    requireApproval: !isYes && config.approvals.merge,
    delivery: config.delivery,
    taskPrefix: config.board.prefix,
    maxAttempts: config.limits.attempts,
    parallelTasks: config.limits.parallelTasks,
    runTimeoutMs: parseDuration(config.limits.runTimeout, "limits.runTimeout"),
    ...toMoney(config, overrides),
    ...toBatching(config, overrides),
    ...toGates(config),
    checks: config.checks.map((check) => toCheckDefinition(check, config)),
    notifyOnCompletion: config.notify.onCompletion,
    notifyOnFailure: config.notify.onFailure,
    updateCheckout: config.landing.updateCheckout,
  };
}

type Money = Extract<keyof RunPolicy, `budget${string}`>;

function toMoney({ budget }: Config, { budgetUsd }: PolicyOverrides): Pick<RunPolicy, Money> {
  return {
    budgetLimitMicroUsd: toMicroUsd(budgetUsd ?? budget.perRunUsd),
    budgetWarnMicroUsd: toMicroUsdOrNull(budget.warnUsd),
    budgetPerRunTokens: budget.perRunTokens,
    budgetPerDayMicroUsd: toMicroUsdOrNull(budget.perDayUsd),
    budgetWarnPerDayMicroUsd: toMicroUsdOrNull(budget.warnPerDayUsd),
    budgetPerProjectMicroUsd: toMicroUsdOrNull(budget.perProjectUsd),
    budgetWarnPerProjectMicroUsd: toMicroUsdOrNull(budget.warnPerProjectUsd),
  };
}

/** What the project's runs may spend together; it counts for those under way too. */
export function toProjectCaps(config: Config): ProjectCaps {
  const money = toMoney(config, {});
  return {
    project: {
      limitMicroUsd: money.budgetPerProjectMicroUsd,
      warnMicroUsd: money.budgetWarnPerProjectMicroUsd,
    },
    day: { limitMicroUsd: money.budgetPerDayMicroUsd, warnMicroUsd: money.budgetWarnPerDayMicroUsd },
  };
}

function toMicroUsdOrNull(usd: number | null): number | null {
  return usd === null ? null : toMicroUsd(usd);
}

type Batching =
  | "analysisEnabled"
  | "batchEnabled"
  | "batchChunkSize"
  | "batchPollMs"
  | "batchLimitMs"
  | "holdAfterWait";

function toBatching(
  { batch }: Config,
  { noBatch, analysisFirst = false }: PolicyOverrides,
): Pick<RunPolicy, Batching> {
  return {
    analysisEnabled: batch.analyse || analysisFirst,
    batchEnabled: batch.enabled && noBatch !== true,
    batchChunkSize: batch.chunkSize,
    batchPollMs: parseDuration(batch.pollInterval, "batch.pollInterval"),
    batchLimitMs: parseDuration(batch.limit, "batch.limit"),
    holdAfterWait: analysisFirst && !batch.autoImplement,
  };
}

type Gates =
  | "minScore"
  | "requireTests"
  | "requireTypeChecks"
  | "allowRedBase"
  | "maxChangedFiles"
  | "maxFileBytes"
  | "protectedPaths";

function toGates({ gates }: Config): Pick<RunPolicy, Gates> {
  return {
    minScore: gates.minScore,
    requireTests: gates.requireTests,
    requireTypeChecks: gates.requireTypeChecks,
    allowRedBase: gates.allowRedBase,
    maxChangedFiles: gates.maxChangedFiles,
    maxFileBytes: gates.maxFileBytes,
    protectedPaths: gates.protectedPaths,
  };
}

/** Type checks stop a landing, or only count, as `gates.requireTypeChecks` says. */
function toCheckDefinition({ timeout, ...check }: CheckSetting, { gates }: Config): CheckDefinition {
  const gate = check.kind !== "types" ? check.gate : gates.requireTypeChecks ? "must" : "should";
  return { ...check, gate, timeoutMs: parseDuration(timeout, `The timeout of the check ${check.name}`) };
}
