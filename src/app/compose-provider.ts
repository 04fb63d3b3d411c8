import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions } from "../adapters/providers/wire/connection.ts";
import { resolveEnvReference } from "../config/env-reference.ts";
import type { ProviderSetting } from "../config/model-setting.ts";
import type { Secret } from "../domain/secret.ts";
import type { Clock } from "../ports/clock.ts";
import type { Environment } from "./environment.ts";
import type { RunnableModel } from "./runnable-model.ts";

/** The addresses of the providers themselves; settings may name another server that speaks the same. */
const ownAddresses = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  gemini: "https://generativelanguage.googleapis.com",
} as const satisfies Record<ProviderSetting["provider"], string>;

/** The adapters of one provider, loaded only when the settings name it. Prices come from the table, not from here. */
export async function openProvider(
  setting: ProviderSetting,
  { clock, env }: { readonly clock: Clock; readonly env: Environment },
): Promise<RunnableModel> {
  const shared = {
    baseUrl: setting.baseUrl ?? ownAddresses[setting.provider],
    apiKey: readKey(setting, env),
    ...(setting.apiKey === null ? {} : { keyVariable: setting.apiKey.slice("env:".length) }),
    clock,
    pause: async (ms: number, signal: AbortSignal): Promise<void> => void (await sleep(ms, null, { signal })),
    model: setting.name,
    price: null,
  } satisfies ConnectionOptions & { readonly model: string; readonly price: null };
  switch (setting.provider) {
    case "openai":
      return openOpenAiModels(setting.flavor === "azure", shared);
    case "anthropic": {
      const { AnthropicModel } = await import("../adapters/providers/anthropic/anthropic-model.ts");
      const { AnthropicBatchProvider } =
        await import("../adapters/providers/anthropic/anthropic-batch-provider.ts");
      return { model: new AnthropicModel(shared), batchProvider: new AnthropicBatchProvider(shared) };
    }
    case "gemini": {
      const { GeminiModel } = await import("../adapters/providers/gemini/gemini-model.ts");
      const { GeminiBatchProvider } = await import("../adapters/providers/gemini/gemini-batch-provider.ts");
      return { model: new GeminiModel(shared), batchProvider: new GeminiBatchProvider(shared) };
    }
  }
}

type Shared = ConnectionOptions & { readonly model: string; readonly price: null };

/** What a server does not take, a single call finds out for the batches too. */
async function openOpenAiModels(isAzure: boolean, shared: Shared): Promise<RunnableModel> {
  const { OpenAiModel } = await import("../adapters/providers/openai/openai-model.ts");
  const { OpenAiBatchProvider } = await import("../adapters/providers/openai/openai-batch-provider.ts");
  const { DialectMemory, usualMaxTokensField } = await import("../adapters/providers/openai/dialect.ts");
  const options = {
    ...shared,
    ...(isAzure ? { provider: "azure", keyHeader: "api-key" as const } : {}),
    dialects: new DialectMemory(usualMaxTokensField(new URL(shared.baseUrl).host)),
  };
  return { model: new OpenAiModel(options), batchProvider: new OpenAiBatchProvider(options) };
}

function readKey({ apiKey }: ProviderSetting, env: Environment): Secret | null {
  return apiKey === null ? null : resolveEnvReference(apiKey, env, "model.apiKey");
}
