import { AnthropicBatchProvider } from "../../src/adapters/providers/anthropic/anthropic-batch-provider.ts";
import { GeminiBatchProvider } from "../../src/adapters/providers/gemini/gemini-batch-provider.ts";
import { OpenAiBatchProvider } from "../../src/adapters/providers/openai/openai-batch-provider.ts";
import type { Price } from "../../src/domain/money/price.ts";
import { Secret } from "../../src/domain/secret.ts";
import type { BatchProvider, BatchRequest } from "../../src/ports/batch-provider.ts";
import type { FaultServerOptions } from "../../src/testing/fault-server/fault-server.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";

/** A time that server and client share; whoever waits moves it. */
export class SharedTime {
  #ms: number;

  constructor(start: Date) {
    this.#ms = start.getTime();
  }

  readonly now = (): Date => new Date(this.#ms);

  readonly pause = (ms: number): Promise<void> => {
    this.#ms += ms;
    return Promise.resolve();
  };
}

export interface Lab extends AsyncDisposable {
  readonly server: FaultServer;
  readonly time: SharedTime;
  readonly connect: () => BatchProvider;
}

/** The product's own client of a vendor, before a fault server. */
export async function openLab(
  vendor: Vendor | "azure",
  options: FaultServerOptions = {},
  price: Price | null = null,
): Promise<Lab> {
  const time = new SharedTime(new Date("2026-11-20T08:00:00Z"));
  const server = await FaultServer.start({ ...options, now: () => time.now().getTime() });
  const apiKey = new Secret(crypto.randomUUID());
  const common = { apiKey, clock: time, pause: time.pause, price, model: modelOf(vendor) };
  const connect = (): BatchProvider => {
    switch (vendor) {
      case "openai":
        return new OpenAiBatchProvider({ ...common, baseUrl: `${server.url}/v1` });
      case "azure":
        return new OpenAiBatchProvider({
          ...common,
          baseUrl: `${server.url}/openai/v1`,
          keyHeader: "api-key",
        });
      case "anthropic":
        return new AnthropicBatchProvider({ ...common, baseUrl: server.url });
      case "gemini":
        return new GeminiBatchProvider({ ...common, baseUrl: server.url });
    }
  };
  return { server, time, connect, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

export function modelOf(vendor: Vendor | "azure"): string {
  return `${vendor}-test`;
}

export function batchRequest(customId: string): BatchRequest {
  const request = {
    purpose: "analyze",
    promptVersion: "analyze.v1",
    system: "s",
    prompt: customId,
    schema: null,
    maxOutputTokens: 9,
  };
  return { customId, request };
}
