import type { Finish } from "../domain/finish.ts";
import type { Json } from "../domain/json.ts";
import type { CallTier, Price, PriceTier, TokenUsage } from "../domain/money/price.ts";
import type { EffectTable } from "./effects.ts";

export type { Finish };

/** A language model that answers one request at a time. */
export interface Model {
  readonly provider: string;
  readonly name: string;
  /** Null: not known, and then nothing is spent on it before a person says so. */
  readonly price: Price | null;
  /** At which of its prices it is to be asked, in this order; not given: only at the ordinary one. */
  readonly tiers?: readonly CallTier[];
  /**
   * One call. What passes by itself is an error that can be retried (`provider_unavailable`); what a person must mend is
   * `provider_refused`, and `provider_unpaid` where it is money. `provider_full`: there is no room at this price.
   */
  complete(request: ModelRequest, signal: AbortSignal, tier?: CallTier): Promise<ModelReply>;
}

export interface ModelRequest {
  /** What it is for: `decompose`, `build`; part of what is recorded. */
  readonly purpose: string;
  /** Which text it was made of: `plan.v1`. */
  readonly promptVersion: string;
  readonly system: string;
  readonly prompt: string;
  /** What the answer must look like, where it is no free text. Providers without schemas are only asked for it. */
  readonly schema: AnswerSchema | null;
  readonly maxOutputTokens: number;
}

/** A JSON schema in the words that every provider takes: all keys required, nothing additional, null for absent. */
export interface AnswerSchema {
  readonly name: string;
  readonly schema: Readonly<Record<string, Json>>;
}

export interface ModelReply {
  readonly text: string;
  readonly finish: Finish;
  /** Null when the provider did not say. */
  readonly usage: TokenUsage | null;
  /** What answered, as it calls itself: a snapshot of the model that was asked. Null when it did not say. */
  readonly model: string | null;
  /** The price it was worked on at, where that is another one than it was asked at. */
  readonly tier?: PriceTier;
}

export const modelEffects = {
  complete: "effect",
  provider: "read",
  name: "read",
  price: "read",
  tiers: "read",
} as const satisfies EffectTable<Model>;
