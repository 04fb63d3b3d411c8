import { AnthropicBatchProvider } from "../../../src/adapters/providers/anthropic/anthropic-batch-provider.ts";
import { AnthropicModel } from "../../../src/adapters/providers/anthropic/anthropic-model.ts";
import { GeminiBatchProvider } from "../../../src/adapters/providers/gemini/gemini-batch-provider.ts";
import { GeminiModel } from "../../../src/adapters/providers/gemini/gemini-model.ts";
import { OpenAiBatchProvider } from "../../../src/adapters/providers/openai/openai-batch-provider.ts";
import { OpenAiModel } from "../../../src/adapters/providers/openai/openai-model.ts";
import { plainPrice } from "../../../src/domain/money/price.ts";
import { Secret } from "../../../src/domain/secret.ts";
import type { BatchProvider } from "../../../src/ports/batch-provider.ts";
import type { Model } from "../../../src/ports/model.ts";
import type { LabClock } from "../../../src/testing/asking-lab.ts";
import type { FaultCase } from "../../../src/testing/fault-server/cases/fault-case.ts";

export interface CaseClients {
  readonly batchProvider: BatchProvider;
  readonly model: Model;
}

/** Dollars per million: what the dearer models of 2026 cost, and half of it in a batch. */
const standardPrice = plainPrice(5_000_000, 30_000_000);
const batchPrice = plainPrice(2_500_000, 15_000_000);

/** A lost answer is waited for so long; a person would wait a minute. */
const quick = { callMs: 1_500, uploadMs: 1_500, answerMs: 1_500, idleMs: 1_500 };

/** The product's own adapters, as they speak to the vendor of a case. Only their patience is shorter. */
export function openCaseClients(
  { vendor, provider }: Pick<FaultCase, "vendor" | "provider">,
  place: { readonly url: string; readonly clock: LabClock; readonly key: string },
): CaseClients {
  const shared = {
    apiKey: new Secret(place.key),
    clock: place.clock,
    pause: async (ms: number): Promise<void> => place.clock.pass(ms),
    timing: quick,
  };
  const asBatch = { ...shared, price: batchPrice };
  const alone = { ...shared, price: standardPrice };
  switch (vendor) {
    case "openai": {
      const isAzure = provider === "azure";
      const baseUrl = isAzure ? `${place.url}/openai/v1` : `${place.url}/v1`;
      const named = { baseUrl, model: "gpt-5.4-mini", ...(isAzure ? { keyHeader: "api-key" as const } : {}) };
      return {
        batchProvider: new OpenAiBatchProvider({ ...asBatch, ...named }),
        model: new OpenAiModel({ ...alone, ...named }),
      };
    }
    case "anthropic": {
      const named = { baseUrl: place.url, model: "claude-sonnet-5-5" };
      return {
        batchProvider: new AnthropicBatchProvider({ ...asBatch, ...named }),
        model: new AnthropicModel({ ...alone, ...named }),
      };
    }
    case "gemini": {
      const named = { baseUrl: place.url, model: "gemini-3.8-flash" };
      return {
        batchProvider: new GeminiBatchProvider({ ...asBatch, ...named }),
        model: new GeminiModel({ ...alone, ...named }),
      };
    }
  }
}
