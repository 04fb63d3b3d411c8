import type { BatchTrouble, ItemFailure } from "../domain/batching/batch-trouble.ts";
import type { Price } from "../domain/money/price.ts";
import type { EffectTable } from "./effects.ts";
import type { ModelReply, ModelRequest } from "./model.ts";

/** A provider's batch API. `submit` makes at most one call that can create something; `find` tells what became of it. */
export interface BatchProvider {
  readonly provider: string;
  /** Where it is asked; null: it is no server. Batches are known where they were made, and nowhere else. */
  readonly host: string | null;
  readonly model: string;
  /** The batch price, not the ordinary one. */
  readonly price: Price | null;
  readonly limits: BatchLimits;
  /** Safe to repeat. The ref is stored before `submit`. */
  prepare(items: readonly BatchRequest[], submitKey: string, signal: AbortSignal): Promise<PrepareOutcome>;
  /** At most one request that creates; an error leaves open whether it did. */
  submit(
    prepared: PreparedBatch,
    items: readonly BatchRequest[],
    submitKey: string,
    signal: AbortSignal,
  ): Promise<SubmitOutcome>;
  /** Whether a lost submit created something. `absent` only when that is proven. */
  find(lost: LostSubmit): Promise<FindOutcome>;
  poll(submitted: SubmittedBatch): Promise<BatchProgress>;
  /**
   * Every line that can be read, in any order: lines nobody asked for and the same one twice are answered too, because
   * they may have been paid for. One bad line never loses the others.
   */
  results(ref: string): AsyncIterable<BatchResult>;
  /** Canceling what has ended already takes nothing away, and what the provider does not know is called off already. */
  cancel(ref: string): Promise<void>;
}

/** What one batch may hold. */
export interface BatchLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** Prompt tokens that may be waiting at once; null: not known. */
  readonly maxTokens: number | null;
}

export interface BatchRequest {
  /** Our own request id: `^[a-zA-Z0-9_-]{1,64}$`. */
  readonly customId: string;
  readonly request: ModelRequest;
}

export interface PreparedBatch {
  /** What was uploaded; null for a provider that takes requests along with the submit. */
  readonly uploadRef: string | null;
}

/** A batch that was about to be created when its process died, or its answer was lost. */
export interface LostSubmit extends PreparedBatch {
  readonly submitKey: string;
  readonly since: Date;
  readonly customIds: readonly string[];
  /** Batches of this provider that we know already: none of them is the lost one. */
  readonly knownRefs: readonly string[];
}

export interface SubmittedBatch {
  readonly ref: string;
  readonly since: Date;
}

export type PrepareOutcome = ({ readonly kind: "prepared" } & PreparedBatch) | Refusal;

export type SubmitOutcome = { readonly kind: "created"; readonly ref: string } | Refusal;

/** Nothing was created, for certain. */
export interface Refusal {
  readonly kind: "refused";
  readonly trouble: BatchTrouble;
  readonly message: string;
}

export type FindOutcome =
  | { readonly kind: "found"; readonly ref: string }
  | { readonly kind: "absent" }
  /** The provider cannot say yet: a list may be late. */
  | { readonly kind: "unknown" }
  /** More than one could be it: a person decides. */
  | { readonly kind: "ambiguous"; readonly refs: readonly string[] };

export type BatchProgress =
  | { readonly kind: "pending"; readonly done: number; readonly total: number }
  /** It has ended, and what it brought is in its results, which may be nothing. */
  | { readonly kind: "completed" }
  | { readonly kind: "expired" }
  | { readonly kind: "canceled" }
  | { readonly kind: "failed"; readonly trouble: BatchTrouble; readonly message: string }
  /** Worked on and paid for, but the answers are gone. */
  | { readonly kind: "archived" }
  /** The provider has no such batch, and it is not only late in saying so. */
  | { readonly kind: "lost" };

export interface BatchResult {
  readonly customId: string;
  readonly outcome:
    | { readonly kind: "answered"; readonly reply: ModelReply }
    /** Not paid for, but what is `missing` may have been. */
    | { readonly kind: "failed"; readonly failure: ItemFailure; readonly message: string };
}

export const batchProviderEffects = {
  prepare: "effect",
  submit: "effect",
  cancel: "effect",
  provider: "read",
  host: "read",
  model: "read",
  price: "read",
  limits: "read",
  find: "read",
  poll: "read",
  results: "read",
} as const satisfies EffectTable<BatchProvider>;
