import { costOf, type Price, type TokenUsage } from "./price.ts";
import type { RunId } from "./ids.ts";

/** One paid call: reserved before it is made, settled when its cost is known. The key makes it count once. */
export interface Usage {
  readonly key: string;
  readonly runId: RunId;
  readonly purpose: string;
  /** The version of the prompt that asked: `plan.v1`; null: made before versions were kept. */
  readonly promptVersion: string | null;
  readonly provider: string;
  readonly model: string;
  readonly state: UsageState;
  readonly createdAt: Date;
}

export type UsageState =
  | { readonly status: "reserved"; readonly microUsd: number }
  | {
      readonly status: "settled";
      readonly microUsd: number;
      readonly inputTokens: number;
      readonly outputTokens: number;
      /** The provider did not say: the reservation is charged. */
      readonly isEstimated: boolean;
    }
  | { readonly status: "released" };

/** What an answer is charged: its own cost, or what was held back for it where the provider or the price does not say. */
export function settleUsage(
  used: TokenUsage | null,
  price: Price | null,
  reservedMicroUsd: number,
): Extract<UsageState, { readonly status: "settled" }> {
  if (used === null || price === null) {
    return {
      status: "settled",
      microUsd: reservedMicroUsd,
      inputTokens: 0,
      outputTokens: 0,
      isEstimated: true,
    };
  }
  const { inputTokens, outputTokens } = used;
  return { status: "settled", microUsd: costOf(used, price), inputTokens, outputTokens, isEstimated: false };
}
