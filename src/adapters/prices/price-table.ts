import { plainPrice, type Price } from "../../domain/money/price.ts";
import type { PricedModel, PriceTable } from "../../ports/price-table.ts";
import { localProvider } from "./billing-provider.ts";
import { namesOfModel } from "./model-names.ts";
import { listedPrice } from "./price-list.ts";
import { priceOfTier } from "./rate-shares.ts";

/** Prices that people set, by the model's name; they win over the list. */
export type PriceOverrides = ReadonlyMap<string, Price>;

export function makePriceTable(overrides: PriceOverrides = new Map()): PriceTable {
  const set = new Map([...overrides].map(([name, price]) => [name.toLowerCase(), price]));
  return {
    priceOf: (model, at, tier) => {
      const provider = listedNames.get(model.provider) ?? model.provider;
      const standard = overrideOf(set, model) ?? priceIn(provider, model, at);
      return standard === null ? null : priceOfTier(standard, provider, tier);
    },
  };
}

/** Where the list has another name for a provider than we. */
const listedNames: ReadonlyMap<string, string> = new Map([
  ["gemini", "google"],
  ["xai", "x-ai"],
]);

function namesOf({ name, answeredBy = null }: PricedModel): readonly string[] {
  return answeredBy === null ? [name] : [answeredBy, name];
}

function overrideOf(overrides: PriceOverrides, model: PricedModel): Price | null {
  const names = namesOf(model).flatMap(namesOfModel);
  const found = names.find((name) => overrides.has(name.toLowerCase()));
  return found === undefined ? null : (overrides.get(found.toLowerCase()) ?? null);
}

function priceIn(provider: string, model: PricedModel, at: Date): Price | null {
  if (provider === localProvider) return localPrice(model, at);
  return firstPrice(namesOf(model).map((name) => () => listedPrice(provider, name, at)));
}

/** A server of one's own is free, but a name that only a vendor serves tells of a proxy, and the vendor sends the bill. */
function localPrice(model: PricedModel, at: Date): Price | null {
  const sold = namesOf(model).filter((name) => !isOpen(name));
  const asked = sold.flatMap((name) => vendors.map((vendor) => () => listedPrice(vendor, name, at)));
  return firstPrice(asked) ?? plainPrice(0, 0);
}

const vendors = ["openai", "anthropic", "google"] as const;

/** Models whose weights are published, though vendors list them too. */
function isOpen(name: string): boolean {
  return /^(?:gpt-oss|gemma)/iu.test(name);
}

function firstPrice(looks: readonly (() => Price | null)[]): Price | null {
  for (const look of looks) {
    const price = look();
    if (price !== null) return price;
  }
  return null;
}
