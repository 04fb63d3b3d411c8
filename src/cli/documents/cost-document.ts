import { microUsdOf, type SettledState } from "../../domain/usage.ts";
import type { PaidCall, RunCosts } from "../../pipeline/queries/run-costs.ts";

/** One paid call as `--json` prints it: enough to reckon its cost again. */
export function toCallDocument({ usage, stage, taskKey }: PaidCall): object {
  const { key, purpose, provider, model, tier, state, createdAt } = usage;
  return {
    key,
    purpose,
    stage,
    task: taskKey,
    provider,
    model,
    tier,
    status: state.status,
    microUsd: microUsdOf(state),
    reason: state.status === "undelivered" ? state.reason : null,
    ...answerOf(state.status === "settled" ? state : null),
    createdAt,
  };
}

/** Of a call that is not settled nobody knows these. */
function answerOf(answer: SettledState | null): object {
  return {
    answeredBy: answer?.answeredBy ?? null,
    inputTokens: answer?.inputTokens ?? null,
    cacheReadTokens: answer?.cacheReadTokens ?? null,
    cacheWriteTokens: answer?.cacheWriteTokens ?? null,
    outputTokens: answer?.outputTokens ?? null,
    rates: answer?.rates ?? null,
    standardMicroUsd: answer?.standardMicroUsd ?? null,
    isEstimated: answer?.isEstimated ?? null,
  };
}

export function toCostDocument({ total, byStage, byModel }: RunCosts): Omit<RunCosts, "calls"> {
  return { total, byStage, byModel };
}
