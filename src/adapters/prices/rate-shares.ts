import type { Price, PriceTier, Rates } from "../../domain/money/price.ts";

/** A part of the ordinary rate, as a rational: rates stay whole numbers. */
interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

interface RateShares {
  readonly rates: Share;
  readonly cacheRead: Share;
}

const whole: Share = { numerator: 1, denominator: 1 };
const half: Share = { numerator: 1, denominator: 2 };
const onAll = (share: Share): RateShares => ({ rates: share, cacheRead: share });

/** What each provider asks for a batch, of its ordinary price. */
const batchShares: ReadonlyMap<string, RateShares> = new Map([
  ["openai", onAll(half)],
  ["azure", onAll(half)],
  ["anthropic", onAll(half)],
  ["google", { rates: half, cacheRead: whole }],
  ["groq", onAll(half)],
  ["mistral", onAll(half)],
  ["x-ai", onAll({ numerator: 4, denominator: 5 })],
]);

const flexShares: ReadonlyMap<string, RateShares> = new Map([["openai", onAll(half)]]);

/** The price of a tier. A provider whose discount we do not know is taken to give none: a cap is never missed by that. */
export function priceOfTier(standard: Price, provider: string, tier: PriceTier): Price {
  const shares = sharesOf(provider, tier);
  return {
    rates: scale(standard.rates, shares),
    longPrompts: standard.longPrompts.map((long) => ({ ...long, rates: scale(long.rates, shares) })),
  };
}

function sharesOf(provider: string, tier: PriceTier): RateShares {
  switch (tier) {
    case "standard":
      return onAll(whole);
    case "batch":
      return batchShares.get(provider) ?? onAll(whole);
    case "flex":
      return flexShares.get(provider) ?? onAll(whole);
  }
}

function scale(
  { input, cacheRead, cacheWrite, output }: Rates,
  { rates, cacheRead: ofCache }: RateShares,
): Rates {
  return {
    input: shareOf(input, rates),
    cacheRead: shareOf(cacheRead, ofCache),
    cacheWrite: shareOf(cacheWrite, rates),
    output: shareOf(output, rates),
  };
}

function shareOf(rate: number, { numerator, denominator }: Share): number {
  return Math.ceil((rate * numerator) / denominator);
}
