import type { Price } from "../../../domain/money/price.ts";
import type { Vendor } from "../wire/ask-provider.ts";
import { type ConnectionOptions, makeConnection } from "../wire/connection.ts";
import type { Timing } from "../wire/timing.ts";
import { classifyOpenAiAnswer } from "./classify-answer.ts";
import { DialectMemory, usualMaxTokensField } from "./dialect.ts";

/** `baseUrl` ends with the version: `https://api.openai.com/v1`, `https://RES.openai.azure.com/openai/v1`. */
export interface OpenAiOptions extends ConnectionOptions {
  readonly model: string;
  /** What this way of asking costs: the ordinary, the flexible or the batch price. */
  readonly price: Price | null;
  /** Azure takes the key in a header of its own. */
  readonly keyHeader?: "authorization" | "api-key";
  /** Shared by all that speak to the same server. */
  readonly dialects?: DialectMemory;
  readonly timing?: Partial<Timing>;
}

export interface OpenAiServer extends Vendor {
  readonly dialects: DialectMemory;
}

export function openOpenAi(options: OpenAiOptions): OpenAiServer {
  const connection = makeConnection(options, {
    provider: "openai",
    keyVariable: "OPENAI_API_KEY",
    headersFor: (key) => headersFor(key, options.keyHeader ?? "authorization"),
  });
  const dialects = options.dialects ?? new DialectMemory(usualMaxTokensField(connection.host));
  return { connection, classify: classifyOpenAiAnswer, dialects };
}

function headersFor(
  key: string | null,
  header: "authorization" | "api-key",
): Readonly<Record<string, string>> {
  if (key === null) return {};
  return { [header]: header === "api-key" ? key : `Bearer ${key}` };
}
