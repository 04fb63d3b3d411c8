import type { Price } from "../../../domain/money/price.ts";
import type { Vendor } from "../wire/ask-provider.ts";
import { type ConnectionOptions, makeConnection } from "../wire/connection.ts";
import type { Timing } from "../wire/timing.ts";
import { classifyGeminiAnswer } from "./classify-answer.ts";

/** `baseUrl` ends before the version: `https://generativelanguage.googleapis.com`. */
export interface GeminiOptions extends ConnectionOptions {
  readonly model: string;
  readonly price: Price | null;
  readonly timing?: Partial<Timing>;
}

/** The key goes into a header: an address would be written into logs. */
export function openGemini(options: GeminiOptions): Vendor {
  const connection = makeConnection(options, {
    provider: "gemini",
    keyVariable: "GEMINI_API_KEY",
    headersFor: (key): Readonly<Record<string, string>> => (key === null ? {} : { "x-goog-api-key": key }),
  });
  return { connection, classify: classifyGeminiAnswer };
}
