import type { Price, TokenUsage } from "../domain/budget.ts";
import type { ModelRequest } from "./model.ts";
import type { EffectTable } from "./effects.ts";

/** A provider's batch API. `submit` makes at most one call that can create something; `find` tells what became of it. */
export interface BatchProvider {
  readonly provider: string;
  readonly model: string;
  /** The batch price, not the ordinary one. */
  readonly price: Price | null;
  /** Safe to repeat. The ref is stored before `submit`. */
  prepare(items: readonly BatchRequest[], submitKey: string, signal: AbortSignal): Promise<PreparedBatch>;
  /** At most one request that creates; an error leaves open whether it did. */
  submit(prepared: PreparedBatch, submitKey: string, signal: AbortSignal): Promise<SubmitOutcome>;
  /** Whether a lost submit created something. `absent` only when that is proven. */
  find(prepared: PreparedBatch, submitKey: string, since: Date): Promise<FindOutcome>;
  poll(ref: string): Promise<BatchProgress>;
  /** Every answered item once, in any order; one bad line never loses the others. */
  results(ref: string): AsyncIterable<BatchResult>;
  cancel(ref: string): Promise<void>;
}

export interface BatchRequest {
  readonly customId: string;
  readonly request: ModelRequest;
}

export interface PreparedBatch {
  readonly uploadRef: string | null;
}

export type SubmitOutcome =
  | { readonly kind: "created"; readonly ref: string }
  | { readonly kind: "refused"; readonly reason: string };

export type FindOutcome =
  | { readonly kind: "found"; readonly ref: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

export type BatchProgress =
  | { readonly kind: "pending"; readonly done: number; readonly total: number }
  | { readonly kind: "completed" }
  | { readonly kind: "expired" }
  | { readonly kind: "failed"; readonly reason: string };

export interface BatchResult {
  readonly customId: string;
  readonly outcome:
    | { readonly kind: "answered"; readonly text: string; readonly usage: TokenUsage | null }
    | { readonly kind: "failed"; readonly reason: string };
}

export const batchProviderEffects = {
  prepare: "effect",
  submit: "effect",
  cancel: "effect",
  provider: "read",
  model: "read",
  price: "read",
  find: "read",
  poll: "read",
  results: "read",
} as const satisfies EffectTable<BatchProvider>;
