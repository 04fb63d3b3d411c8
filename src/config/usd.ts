const maxUsd = 1_000_000;

export const usdExpectation =
  "an amount in US dollars from 0 to 1000000 with at most six decimals, such as 10 or 2.5";

/** US dollars from what a person types: `10`, `2.50`, `$2.50`; null when it is no amount. */
export function readUsd(text: string): number | null {
  if (!/^\$?\d{1,7}(?:\.\d{1,6})?$/u.test(text)) return null;
  const usd = Number(text.replace("$", ""));
  return isUsd(usd) ? usd : null;
}

/** Whether an amount can be counted in whole micro-dollars. */
export function isUsd(usd: number): boolean {
  return usd >= 0 && usd <= maxUsd && Math.abs(usd * 1e6 - Math.round(usd * 1e6)) < 1e-3;
}
