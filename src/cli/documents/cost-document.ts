import { microUsdOf } from "../../domain/money/usage.ts";
import type { PaidCall, RunCosts } from "../../pipeline/queries/run-costs.ts";

/** One paid call as `--json` prints it: enough to reckon its cost again. */
export function toCallDocument({ usage, stage, taskKey }: PaidCall): object {
  const { key, purpose, promptVersion, provider, model, tier, state, createdAt } = usage;
  return {
    key,
    purpose,
    promptVersion,
    stage,
    task: taskKey,
    provider,
    model,
    tier,
    status: state.status,
    microUsd: microUsdOf(state),
    reason: state.status === "undelivered" ? state.reason : null,
    ...answerOf(state.status === "settled" ? state : unknown),
    createdAt,
  };
}

function answerOf({
  answeredBy,
  inputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  outputTokens,
  rates,
  standardMicroUsd,
  isEstimated,
}: Record<keyof typeof unknown, unknown>): object {
  return {
    answeredBy,
    inputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens,
    rates,
    standardMicroUsd,
    isEstimated,
  };
}

/** Of a call that is not settled nobody knows these. */
const unknown = {
  answeredBy: null,
  inputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  outputTokens: null,
  rates: null,
  standardMicroUsd: null,
  isEstimated: null,
};

export function toCostDocument({ total, byStage, byModel }: RunCosts): Omit<RunCosts, "calls"> {
  return { total, byStage, byModel };
}
