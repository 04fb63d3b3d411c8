import { AasError } from "../../domain/errors.ts";
import type { Price, PriceTier } from "../../domain/money/price.ts";
import { settleUsage, type SettledState } from "../../domain/money/usage.ts";
import type { ModelReply } from "../../ports/model.ts";
import type { PriceTable } from "../../ports/price-table.ts";

/** A model or a batch API as it is paid for. */
export interface PaidModel {
  readonly provider: string;
  readonly name: string;
  /** What it says itself; the table knows better where it knows the model. */
  readonly price: Price | null;
  readonly tier: PriceTier;
}

/** The price of a call that begins now; an unknown one is a question to a person, never zero. */
export function priceOfCall(prices: PriceTable, model: PaidModel, at: Date): Price {
  const price = prices.priceOf(model, at, model.tier) ?? model.price;
  if (price !== null) return price;
  throw new AasError("price_unknown", `The price of ${model.provider} ${model.name} is not known.`, {
    cure: "Set it in aas.config.jsonc on the base branch, under models.prices.",
  });
}

/** What an answer is charged: by the price of the model that answered, as of the moment the call began. */
export function settleReply(
  prices: PriceTable,
  model: PaidModel,
  { usage, model: answeredBy }: Pick<ModelReply, "usage" | "model">,
  reserved: { readonly microUsd: number; readonly at: Date },
): SettledState {
  const priceAt = (tier: PriceTier): Price | null =>
    prices.priceOf({ ...model, answeredBy }, reserved.at, tier) ?? (tier === model.tier ? model.price : null);
  return settleUsage(usage, priceAt(model.tier), reserved.microUsd, {
    answeredBy,
    standardPrice: priceAt("standard"),
  });
}
