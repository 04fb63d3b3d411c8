import { z } from "zod";

const microUsdPerMillion = z.int().min(0);

const ratesSchema = z.strictObject({
  input: microUsdPerMillion,
  cacheRead: microUsdPerMillion,
  cacheWrite: microUsdPerMillion,
  output: microUsdPerMillion,
});

export type ListRates = z.infer<typeof ratesSchema>;

/** Numerator and denominator. */
const ratioSchema = z.tuple([z.int().min(0), z.int().min(1)]);

export type Ratio = z.infer<typeof ratioSchema>;

const modelPriceSchema = z.strictObject({
  rates: ratesSchema,
  /** By rising length; they count for the whole request. */
  longPrompts: z.array(z.strictObject({ aboveInputTokens: z.int(), rates: ratesSchema })).default([]),
  batchFactor: ratioSchema.default([1, 2]),
  /** Not every vendor sells what it read from a cache cheaper in a batch. */
  batchCacheReadFactor: ratioSchema.optional(),
});

export type ModelPrice = z.infer<typeof modelPriceSchema>;

/** By the name of a model; a dated snapshot has the price of the name that it begins with. */
export const priceListSchema = z.record(z.string(), modelPriceSchema);

export type PriceList = z.infer<typeof priceListSchema>;

export function findPrice(prices: PriceList, model: string): ModelPrice | null {
  const plain = model.replace(/^models\//u, "");
  const names = Object.keys(prices).filter((name) => plain === name || plain.startsWith(`${name}-`));
  const longest = names.toSorted((one, other) => other.length - one.length)[0];
  return longest === undefined ? null : (prices[longest] ?? null);
}
