import { readUsd } from "../config/usd.ts";
import { AasError } from "../domain/errors.ts";

/** `--budget 2.50`: an amount that something can be bought for. */
export function parseBudget(text: string): number {
  const amount = readUsd(text);
  if (amount !== null && amount > 0) return amount;
  throw new AasError("usage", `--budget ${JSON.stringify(text)} is not an amount of dollars above 0.`, {
    cure: "--budget 10, or --budget 2.50; at most 1000000",
  });
}
