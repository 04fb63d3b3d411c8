import { AnthropicBatchProvider } from "../../src/adapters/providers/anthropic/anthropic-batch-provider.ts";
import { AnthropicModel } from "../../src/adapters/providers/anthropic/anthropic-model.ts";
import { GeminiBatchProvider } from "../../src/adapters/providers/gemini/gemini-batch-provider.ts";
import { GeminiModel } from "../../src/adapters/providers/gemini/gemini-model.ts";
import { OpenAiBatchProvider } from "../../src/adapters/providers/openai/openai-batch-provider.ts";
import { OpenAiModel } from "../../src/adapters/providers/openai/openai-model.ts";
import type { CallGate } from "../../src/adapters/providers/wire/connection.ts";
import { unlimited } from "../../src/domain/calling/call-pace.ts";
import type { CallTier } from "../../src/domain/money/price.ts";
import { Secret } from "../../src/domain/secret.ts";
import type { BatchProvider } from "../../src/ports/batch-provider.ts";
import type { Model } from "../../src/ports/model.ts";
import type { AskingLab, LabClock } from "../../src/testing/asking-lab.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";
import { clientPrices, modelNames } from "./prices.ts";

export interface PlanningClients {
  readonly batchProvider: BatchProvider;
  readonly model: Model;
}

export interface ClientPlace {
  readonly url: string;
  readonly clock: LabClock;
  readonly key: string;
  /** How long one call may take. */
  readonly callMs: number;
  /** Not given: nobody else asks. */
  readonly gate?: CallGate;
  readonly tiers?: readonly CallTier[];
}

/** The one gate that all of a lab's processes go through. */
export function gateOf({ db, run }: Pick<AskingLab, "db" | "run">, provider: string): CallGate {
  return { store: db.gates, key: { projectId: run.projectId, provider }, limits: unlimited };
}

/** The product's own adapters, as they speak to a vendor. Only their patience is shorter. */
export function openPlanningClients(vendor: Vendor, place: ClientPlace): PlanningClients {
  const { callMs } = place;
  const shared = {
    apiKey: new Secret(place.key),
    clock: place.clock,
    ...(place.gate === undefined ? {} : { gate: place.gate }),
    pause: async (ms: number): Promise<void> => place.clock.pass(ms),
    timing: { callMs, uploadMs: callMs, answerMs: callMs, idleMs: callMs },
    model: modelNames[vendor],
    baseUrl: vendor === "openai" ? `${place.url}/v1` : place.url,
  };
  const { batch, alone } = clientPrices[vendor];
  const asBatch = { ...shared, price: batch };
  const asCall = { ...shared, price: alone };
  switch (vendor) {
    case "openai":
      return {
        batchProvider: new OpenAiBatchProvider(asBatch),
        model: new OpenAiModel({ ...asCall, tiers: place.tiers ?? ["standard"] }),
      };
    case "anthropic":
      return { batchProvider: new AnthropicBatchProvider(asBatch), model: new AnthropicModel(asCall) };
    case "gemini":
      return { batchProvider: new GeminiBatchProvider(asBatch), model: new GeminiModel(asCall) };
  }
}
