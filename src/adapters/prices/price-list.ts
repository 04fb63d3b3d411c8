import { createRequire } from "node:module";
import type * as genaiPrices from "@pydantic/genai-prices";
import type { Price } from "../../domain/money/price.ts";
import { toPrice } from "./listed-price.ts";
import { namesOfModel } from "./model-names.ts";

type List = typeof genaiPrices;

/** The list is half a megabyte, and most commands never ask for a price: it is read when the first one is looked up. */
const require = createRequire(import.meta.url);

function readList(): List {
  return require("@pydantic/genai-prices") as List;
}

/** The ordinary price of a model on a date; null when the list has none for it. */
export function listedPrice(provider: string, model: string, at: Date): Price | null {
  const list = readList();
  for (const name of namesOfModel(model)) {
    const found = list.calcPrice({}, name, { providerId: provider, timestamp: at });
    if (found !== null) return toPrice(found.model_price);
  }
  return null;
}

/** Whom the list knows at an address; null when nobody. */
export function listedProvider(url: string): string | null {
  return readList().findProvider({ providerApiUrl: url })?.id ?? null;
}
