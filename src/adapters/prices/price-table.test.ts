import { calcPrice, findProvider } from "@pydantic/genai-prices";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf, plainPrice, plainTokens, type Price, type TokenUsage } from "../../domain/money/price.ts";
import { billingProviderOf } from "./billing-provider.ts";
import { makePriceTable } from "./price-table.ts";

const at = new Date("2026-11-20T12:00:00Z");
const table = makePriceTable();

function priceOf(provider: string, name: string, tier: "standard" | "batch" | "flex" = "standard"): Price {
  const price = table.priceOf({ provider, name }, at, tier);
  if (price === null) throw new Error(`${provider} ${name} has no price`);
  return price;
}

describe("the list", () => {
  const anyUsage = fc
    .tuple(fc.nat(1_200_000), fc.nat(200_000), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(100))
    .map(([inputTokens, outputTokens, cached, written]): TokenUsage => {
      const cacheReadTokens = Math.floor(inputTokens * cached);
      const cacheWriteTokens = Math.floor(((inputTokens - cacheReadTokens) * written) / 100);
      return { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens };
    });

  test.each(["openai", "anthropic", "google", "azure", "groq", "mistral", "x-ai", "deepseek", "openrouter"])(
    "of %s asks the same as we for any model and any tokens, to within rounding up",
    (provider) => {
      const models = (findProvider({ providerId: provider })?.models ?? [])
        .map(({ id }) => id)
        .filter((name) => table.priceOf({ provider, name }, at, "standard") !== null);
      expect(models.length).toBeGreaterThan(3);
      const anyTime = fc.date({
        min: new Date("2024-01-01"),
        max: new Date("2027-01-01"),
        noInvalidDate: true,
      });
      fc.assert(
        fc.property(fc.constantFrom(...models), anyUsage, anyTime, (name, usage, time) => {
          const price = table.priceOf({ provider, name }, time, "standard");
          const ours = price === null ? null : costOf(usage, price);
          const theirs = calcPrice(toListed(usage), name, { providerId: provider, timestamp: time });
          const exact = (theirs?.total_price ?? 0) * 1e6;

          expect(ours).toBeGreaterThanOrEqual(exact - slack(exact));
          expect(ours).toBeLessThan(exact + 1 + usage.cacheWriteTokens / 1e6 + slack(exact));
        }),
        { numRuns: 1_000 },
      );
    },
  );

  /** What a sum of fractions in binary is off by. */
  function slack(exact: number): number {
    return 1e-6 + exact * 1e-12;
  }

  function toListed(usage: TokenUsage): Readonly<Record<string, number>> {
    return {
      input_tokens: usage.inputTokens,
      cache_read_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWriteTokens,
      output_tokens: usage.outputTokens,
    };
  }

  test("a request is priced alone: long ones in sum are not one long prompt", () => {
    const price = priceOf("openai", "gpt-5.4");

    expect(4 * costOf(plainTokens(250_000, 4_000), price)).toBe(2_740_000);
    expect(costOf(plainTokens(1_000_000, 16_000), price)).toBe(5_360_000);
  });

  test.each([
    ["openai", "o3", "2025-06-09", 40_000_000, "2025-06-10", 8_000_000],
    ["gemini", "gemini-3.8-flash", "2026-12-31", 3_750_000, "2027-01-01", 7_500_000],
  ])("prices have dates: writing with %s %s on %s at %i, on %s at %i", (provider, name, ...asked) => {
    const [before, cheap, after, dear] = asked;
    const outputAt = (day: string): number | undefined =>
      table.priceOf({ provider, name }, new Date(day), "standard")?.rates.output;

    expect([outputAt(before), outputAt(after)]).toEqual([cheap, dear]);
  });
});

describe("names", () => {
  test.each([
    ["openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini"],
    ["openai", "gpt-5.4-2026-03-05", "gpt-5.4"],
    ["anthropic", "claude-haiku-4-5-20251001", "claude-haiku-4-5"],
    ["gemini", "models/gemini-2.5-pro", "gemini-2.5-pro"],
    ["gemini", "publishers/google/models/gemini-2.5-flash", "gemini-2.5-flash"],
  ])("of %s: %s is %s", (provider, name, known) => {
    expect(priceOf(provider, name)).toEqual(priceOf(provider, known));
  });

  test.each([
    ["openai", "gpt-99"],
    ["anthropic", "claude-99"],
    ["gemini", "gemini-99"],
    ["azure", "my-deployment"],
    ["llm.example.com", "gpt-4o"],
    ["recorded", "recorded"],
    ["openai", ""],
  ])("of %s: %j has no price, which is not zero", (provider, name) => {
    expect(table.priceOf({ provider, name }, at, "standard")).toBeNull();
  });

  test("an entry without rates is no price", () => {
    expect(table.priceOf({ provider: "gemini", name: "gemma-3" }, at, "standard")).toBeNull();
  });

  test("what answered counts before what was asked, where it is known", () => {
    const asked = { provider: "azure", name: "my-deployment" };

    expect(table.priceOf({ ...asked, answeredBy: "gpt-4o-mini-2024-07-18" }, at, "standard")).toEqual(
      priceOf("openai", "gpt-4o-mini"),
    );
    expect(
      table.priceOf({ provider: "openai", name: "gpt-4o", answeredBy: "secret-build-7" }, at, "standard"),
    ).toEqual(priceOf("openai", "gpt-4o"));
  });
});

describe("tiers", () => {
  test.each([
    ["openai", "gpt-5.4", 1 / 2],
    ["azure", "gpt-5.4", 1 / 2],
    ["anthropic", "claude-sonnet-5", 1 / 2],
    ["groq", "openai/gpt-oss-120b", 1 / 2],
    ["mistral", "mistral-small-latest", 1 / 2],
    ["x-ai", "grok-4", 4 / 5],
    ["openrouter", "openai/gpt-4o", 1],
  ])("a batch of %s asks for %s a share of %d of each rate", (provider, name, share) => {
    const standard = priceOf(provider, name);

    expect(priceOf(provider, name, "batch")).toEqual({
      rates: shareOf(standard.rates, share),
      longPrompts: standard.longPrompts.map((long) => ({ ...long, rates: shareOf(long.rates, share) })),
    });
  });

  test("a batch of Gemini is half price, but for what its cache gives", () => {
    const standard = priceOf("gemini", "gemini-2.5-pro");
    const batch = priceOf("gemini", "gemini-2.5-pro", "batch");

    expect(batch.rates.cacheRead).toBe(standard.rates.cacheRead);
    expect(batch.rates.output * 2).toBe(standard.rates.output);
    expect(batch.longPrompts.map(({ rates }) => rates.input * 2)).toEqual(
      standard.longPrompts.map(({ rates }) => rates.input),
    );
  });

  test("flex is half price", () => {
    expect(priceOf("openai", "gpt-5.4", "flex").rates.output * 2).toBe(
      priceOf("openai", "gpt-5.4").rates.output,
    );
  });

  function shareOf(rates: Price["rates"], share: number): Price["rates"] {
    return {
      input: Math.ceil(rates.input * share),
      cacheRead: Math.ceil(rates.cacheRead * share),
      cacheWrite: Math.ceil(rates.cacheWrite * share),
      output: Math.ceil(rates.output * share),
    };
  }
});

describe("prices that people set", () => {
  const mine = plainPrice(2_000_000, 8_000_000);
  const set = makePriceTable(
    new Map([
      ["Gpt-5.4", mine],
      ["my-deployment", mine],
    ]),
  );

  test.each([
    ["openai", "gpt-5.4"],
    ["openai", "gpt-5.4-2026-03-05"],
    ["azure", "my-deployment"],
    ["local", "gpt-5.4"],
  ])("win over the list: %s %s", (provider, name) => {
    expect(set.priceOf({ provider, name }, at, "standard")).toEqual(mine);
  });

  test("win too when a snapshot of the model answers", () => {
    const model = { provider: "azure", name: "my-deployment", answeredBy: "gpt-4o-2024-08-06" };

    expect(set.priceOf(model, at, "standard")).toEqual(mine);
  });

  test("are the ordinary ones: the batch is cheaper as its provider says", () => {
    expect(set.priceOf({ provider: "openai", name: "gpt-5.4" }, at, "batch")).toEqual(
      plainPrice(1_000_000, 4_000_000),
    );
  });
});

describe("who sends the bill", () => {
  const plain = { provider: "openai", baseUrl: null, flavor: "openai" } as const;

  test.each([
    [null, "openai"],
    ["https://api.openai.com/v1", "openai"],
    ["https://api.groq.com/openai/v1", "groq"],
    ["https://openrouter.ai/api/v1", "openrouter"],
    ["https://api.mistral.ai/v1", "mistral"],
    ["https://res.openai.azure.com/openai/v1", "azure"],
    ["https://llm.example.com/v1", "llm.example.com"],
    ["http://127.0.0.1:11434/v1", "local"],
    ["http://vllm:8000/v1", "local"],
  ])("for %s: %s", (baseUrl, provider) => {
    expect(billingProviderOf({ ...plain, baseUrl })).toBe(provider);
  });

  test("for Azure behind any name: azure", () => {
    expect(billingProviderOf({ ...plain, baseUrl: "https://gateway.example.com", flavor: "azure" })).toBe(
      "azure",
    );
  });

  test("a server of one's own is free, open weights that vendors sell too", () => {
    for (const name of ["llama3.1:8b", "qwen2.5-coder", "gpt-oss-120b", "mistral-small"])
      expect(priceOf("local", name)).toEqual(plainPrice(0, 0));
  });

  test("a proxy of one's own is not", () => {
    expect(priceOf("local", "gpt-5.4")).toEqual(priceOf("openai", "gpt-5.4"));
    expect(priceOf("local", "claude-sonnet-5")).toEqual(priceOf("anthropic", "claude-sonnet-5"));
  });
});
