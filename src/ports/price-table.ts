import type { Price, PriceTier } from "../domain/money/price.ts";

/** What models cost, by date. */
export interface PriceTable {
  /** Null: not known, which is a question to a person and never zero. */
  priceOf(model: PricedModel, at: Date, tier: PriceTier): Price | null;
}

export interface PricedModel {
  readonly provider: string;
  /** As it was asked for. */
  readonly name: string;
  /** As it calls itself in its answer: often a dated snapshot. Looked up first. */
  readonly answeredBy?: string | null;
}
