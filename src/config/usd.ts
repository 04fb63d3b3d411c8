import { AasError } from "../domain/errors.ts";

const maxUsd = 1_000_000;

export const usdExpectation =
  "an amount in US dollars from 0 to 1000000 with at most six decimals, such as 10 or 2.5";

/** US dollars from what a person types: `10`, `2.50`, `$2.50`; `name` is the setting or flag that an error shall name. */
export function parseUsd(text: string, name: string): number {
  const usd = readUsd(text);
  if (usd !== null) return usd;
  throw new AasError("config_invalid", `${name} is ${JSON.stringify(text)}; expected ${usdExpectation}.`, {
    cure: `Write ${name} as a plain amount, such as 2.50.`,
  });
}

/** Null when the text is no amount. */
export function readUsd(text: string): number | null {
  if (!/^\$?\d{1,7}(?:\.\d{1,6})?$/u.test(text)) return null;
  const usd = Number(text.replace("$", ""));
  return isUsd(usd) ? usd : null;
}

/** Whether an amount can be counted in whole micro-dollars. */
export function isUsd(usd: number): boolean {
  return usd >= 0 && usd <= maxUsd && Math.abs(usd * 1e6 - Math.round(usd * 1e6)) < 1e-3;
}
