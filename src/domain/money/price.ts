/** What a provider read and wrote for one request. */
export interface TokenUsage {
  /** All that was read, from a cache or not. */
  readonly inputTokens: number;
  /** Of these, read from a cache. */
  readonly cacheReadTokens: number;
  /** Of these, written to a cache. */
  readonly cacheWriteTokens: number;
  /** All that was written, thinking included. */
  readonly outputTokens: number;
}

/** Micro-dollars per million tokens: whole numbers, so that costs are exact. */
export interface Rates {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

/** What a model costs. Long prompts may have rates of their own, which then count for the whole request. */
export interface Price {
  readonly rates: Rates;
  /** By rising length. */
  readonly longPrompts: readonly { readonly aboveInputTokens: number; readonly rates: Rates }[];
}

/** Which of its prices a provider asks: at once, through a batch, or at once when it has room. */
export const priceTiers = ["standard", "batch", "flex"] as const;

export type PriceTier = (typeof priceTiers)[number];

/** What one call can be asked at. */
export type CallTier = Exclude<PriceTier, "batch">;

/** A request without a cache. */
export function plainTokens(inputTokens: number, outputTokens: number): TokenUsage {
  return { inputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens };
}

/** One price for what is read and one for what is written. */
export function plainPrice(input: number, output: number): Price {
  return { rates: { input, cacheRead: input, cacheWrite: input, output }, longPrompts: [] };
}

/** What one request costs in micro-dollars. Rounded up: a cap must never be missed by rounding. */
export function costOf(usage: TokenUsage, price: Price): number {
  const rates = ratesFor(usage.inputTokens, price);
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  const freshTokens = Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens);
  const scaled =
    freshTokens * rates.input +
    cacheReadTokens * rates.cacheRead +
    cacheWriteTokens * rates.cacheWrite +
    outputTokens * rates.output;
  return Math.ceil(scaled / 1_000_000);
}

/** The most that so many tokens can cost, whatever of them a cache is charged for. */
export function mostOf({ inputTokens, outputTokens }: TokenUsage, price: Price): number {
  const rates = [price.rates, ...price.longPrompts.map((tier) => tier.rates)];
  const costs = rates.map(({ input, cacheRead, cacheWrite, output }) => {
    const dearest = Math.max(input, cacheRead, cacheWrite);
    return costOf(plainTokens(inputTokens, outputTokens), plainPrice(dearest, output));
  });
  return Math.max(...costs);
}

/** A prompt of this length is priced as a whole at these rates. */
export function ratesFor(inputTokens: number, { rates, longPrompts }: Price): Rates {
  return longPrompts.findLast((tier) => inputTokens > tier.aboveInputTokens)?.rates ?? rates;
}
