import { AasError } from "../domain/errors.ts";

/** `--budget 10` or `--budget $10`. */
export function parseUsd(text: string): number {
  const amount = Number(text.replace(/^\$/u, ""));
  if (Number.isFinite(amount) && amount > 0) return amount;
  throw new AasError("usage", `--budget ${JSON.stringify(text)} is not an amount of dollars.`, {
    cure: "--budget 10",
  });
}
