import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions } from "../../adapters/providers/wire/connection.ts";
import type { ProviderSetting } from "../../config/model-setting.ts";
import type { CallLimits } from "../../domain/calling/call-pace.ts";
import type { ProjectId } from "../../domain/ids.ts";
import { plainPrice, type Price } from "../../domain/money/price.ts";
import { isPrivateHost } from "../../domain/calling/private-host.ts";
import type { BatchLimits } from "../../ports/batch-provider.ts";
import type { Clock } from "../../ports/clock.ts";
import type { GateStore } from "../../ports/gate-store.ts";
import type { Environment } from "../environment.ts";
import { readModelKey } from "./model-key.ts";
import type { RunnableModel } from "./runnable-model.ts";

/** The addresses of the providers themselves; settings may name another server that speaks the same. */
const ownAddresses = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  gemini: "https://generativelanguage.googleapis.com",
} as const satisfies Record<ProviderSetting["provider"], string>;

export interface ProviderPlace {
  readonly clock: Clock;
  readonly env: Environment;
  readonly gates: GateStore;
  readonly projectId: ProjectId;
  readonly limits: CallLimits;
  readonly batch: BatchBounds;
}

/** What one batch may hold, where a person knows it better than we; null: as the provider documents. */
type BatchBounds = { readonly [Name in "maxRequests" | "maxBytes"]: number | null };

/** The adapters of one provider, loaded only when the settings name it. Prices come from the table, not from here. */
export async function openProvider(
  setting: ProviderSetting,
  { clock, env, gates, projectId, limits, batch }: ProviderPlace,
): Promise<RunnableModel> {
  const shared = {
    baseUrl: setting.baseUrl ?? ownAddresses[setting.provider],
    apiKey: readModelKey(setting, env),
    ...(setting.apiKey === null ? {} : { keyVariable: setting.apiKey.slice("env:".length) }),
    clock,
    pause: async (ms: number, signal: AbortSignal): Promise<void> => void (await sleep(ms, null, { signal })),
    model: setting.name,
    price: isOwnServer(setting) ? plainPrice(0, 0) : null,
    gate: { store: gates, key: { projectId, provider: nameOf(setting) }, limits },
  } satisfies Shared;
  const batchOptions = { ...shared, limits: toBatchLimits(batch) };
  switch (setting.provider) {
    case "openai":
      return openOpenAiModels(setting, batchOptions);
    case "anthropic": {
      const { AnthropicModel } = await import("../../adapters/providers/anthropic/anthropic-model.ts");
      const { AnthropicBatchProvider } =
        await import("../../adapters/providers/anthropic/anthropic-batch-provider.ts");
      return { model: new AnthropicModel(shared), batchProvider: new AnthropicBatchProvider(batchOptions) };
    }
    case "gemini": {
      const { GeminiModel } = await import("../../adapters/providers/gemini/gemini-model.ts");
      const { GeminiBatchProvider } =
        await import("../../adapters/providers/gemini/gemini-batch-provider.ts");
      return { model: new GeminiModel(shared), batchProvider: new GeminiBatchProvider(batchOptions) };
    }
  }
}

type Shared = ConnectionOptions & { readonly model: string; readonly price: Price | null };

/** Nobody sends a bill for it. Where its model has a name that the list knows, the list still counts: it may be a proxy. */
export function isOwnServer({ baseUrl, apiKey }: ProviderSetting): boolean {
  return baseUrl !== null && apiKey === null && isPrivateHost(new URL(baseUrl).hostname);
}

/** As people know it, and with the host where it is another one than usual: that one may be there when the usual is not. */
function nameOf({ provider, baseUrl }: ProviderSetting): string {
  return baseUrl === null ? provider : `${provider} (${new URL(baseUrl).host})`;
}

function toBatchLimits({ maxRequests, maxBytes }: BatchBounds): Partial<BatchLimits> {
  return {
    ...(maxRequests === null ? {} : { maxItems: maxRequests }),
    ...(maxBytes === null ? {} : { maxBytes }),
  };
}

/** What a server does not take, a single call finds out for the batches too. */
async function openOpenAiModels(
  { flavor, tier }: Extract<ProviderSetting, { readonly provider: "openai" }>,
  shared: Shared & { readonly limits: Partial<BatchLimits> },
): Promise<RunnableModel> {
  const { OpenAiModel } = await import("../../adapters/providers/openai/openai-model.ts");
  const { OpenAiBatchProvider } = await import("../../adapters/providers/openai/openai-batch-provider.ts");
  const { DialectMemory, usualMaxTokensField } = await import("../../adapters/providers/openai/dialect.ts");
  const options = {
    ...shared,
    ...(flavor === "azure" ? { provider: "azure", keyHeader: "api-key" as const } : {}),
    dialects: new DialectMemory(usualMaxTokensField(new URL(shared.baseUrl).host)),
  };
  const tiers = tier === "flex" ? (["flex", "standard"] as const) : (["standard"] as const);
  return { model: new OpenAiModel({ ...options, tiers }), batchProvider: new OpenAiBatchProvider(options) };
}
