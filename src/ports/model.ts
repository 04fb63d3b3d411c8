import type { Price, TokenUsage } from "../domain/budget.ts";
import type { EffectTable } from "./effects.ts";

/** A language model that answers one request at a time. */
export interface Model {
  readonly provider: string;
  readonly name: string;
  /** Null: not known, and then nothing is spent on it before a person says so. */
  readonly price: Price | null;
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}

export interface ModelRequest {
  /** What it is for: `decompose`, `build`; part of what is recorded. */
  readonly purpose: string;
  readonly system: string;
  readonly prompt: string;
  readonly maxOutputTokens: number;
}

export interface ModelReply {
  readonly text: string;
  readonly finish: "stop" | "length" | "refusal" | "other";
  /** Null when the provider did not say. */
  readonly usage: TokenUsage | null;
}

export const modelEffects = {
  complete: "effect",
  provider: "read",
  name: "read",
  price: "read",
} as const satisfies EffectTable<Model>;
