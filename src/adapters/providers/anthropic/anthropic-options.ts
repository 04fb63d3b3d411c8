import type { Price } from "../../../domain/money/price.ts";
import type { Vendor } from "../wire/ask-provider.ts";
import { type ConnectionOptions, makeConnection } from "../wire/connection.ts";
import type { Timing } from "../wire/timing.ts";
import { classifyAnthropicAnswer } from "./classify-answer.ts";

/** `baseUrl` ends before the version: `https://api.anthropic.com`. */
export interface AnthropicOptions extends ConnectionOptions {
  readonly model: string;
  readonly price: Price | null;
  readonly timing?: Partial<Timing>;
}

export function openAnthropic(options: AnthropicOptions): Vendor {
  const connection = makeConnection(options, {
    provider: "anthropic",
    keyVariable: "ANTHROPIC_API_KEY",
    headersFor: (key) => ({
      "anthropic-version": "2023-06-01",
      ...(key === null ? {} : { "x-api-key": key }),
    }),
  });
  return { connection, classify: classifyAnthropicAnswer };
}
