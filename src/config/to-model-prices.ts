import { toMicroUsd } from "../domain/money/budget.ts";
import type { Price } from "../domain/money/price.ts";
import type { Config } from "./config-schema.ts";

/** The prices that the settings name, in whole micro-dollars per million tokens, by the model's name. */
export function toModelPrices({ models }: Pick<Config, "models">): ReadonlyMap<string, Price> {
  return new Map(Object.entries(models.prices).map(([name, price]) => [name, toPrice(price)]));
}

function toPrice({
  input,
  output,
  cacheRead = input,
  cacheWrite = input,
}: Config["models"]["prices"][string]): Price {
  return {
    rates: {
      input: toMicroUsd(input),
      cacheRead: toMicroUsd(cacheRead),
      cacheWrite: toMicroUsd(cacheWrite),
      output: toMicroUsd(output),
    },
    longPrompts: [],
  };
}
