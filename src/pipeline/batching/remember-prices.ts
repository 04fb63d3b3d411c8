import type { Price } from "../../domain/money/price.ts";
import type { PriceTable } from "../../ports/price-table.ts";

const remembered = 100;

/** The answers of one batch are of one model and were reserved together: its price is looked up once, not per line. */
export function rememberPrices(table: PriceTable): PriceTable {
  const known = new Map<string, Price | null>();
  return {
    priceOf: (model, at, tier) => {
      const key = JSON.stringify([model.provider, model.name, model.answeredBy ?? null, at.getTime(), tier]);
      const price = known.has(key) ? (known.get(key) ?? null) : table.priceOf(model, at, tier);
      if (known.size === remembered) known.clear();
      known.set(key, price);
      return price;
    },
  };
}
