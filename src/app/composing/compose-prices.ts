import { makePriceTable } from "../../adapters/prices/price-table.ts";
import type { Config } from "../../config/config-schema.ts";
import { toModelPrices } from "../../config/to-model-prices.ts";
import type { PriceTable } from "../../ports/price-table.ts";

/** What models cost: the built-in list, and before it what the settings say. */
export function composePrices(config: Config): PriceTable {
  return makePriceTable(toModelPrices(config));
}
