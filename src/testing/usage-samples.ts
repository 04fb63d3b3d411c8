import { makeId } from "../domain/ids.ts";
import type { SettledState } from "../domain/money/usage.ts";
import type { ReservedUsage } from "../ports/usage-ledger.ts";
import { sampleTime } from "./samples.ts";

export function sampleUsage(overrides: Partial<ReservedUsage> = {}): ReservedUsage {
  return {
    key: "plan-1",
    runId: makeId("run", "1"),
    purpose: "plan",
    promptVersion: "plan.v1",
    provider: "openai",
    model: "gpt-5",
    tier: "standard",
    state: { status: "reserved", microUsd: 1_000, tokens: 0 },
    createdAt: sampleTime(1),
    ...overrides,
  };
}

export function sampleSettled(overrides: Partial<SettledState> = {}): SettledState {
  return {
    status: "settled",
    microUsd: 250,
    standardMicroUsd: 250,
    inputTokens: 100,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 20,
    answeredBy: null,
    rates: { input: 1_500_000, cacheRead: 150_000, cacheWrite: 1_500_000, output: 5_000_000 },
    isEstimated: false,
    ...overrides,
  };
}
