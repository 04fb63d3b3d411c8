import { z } from "zod";
import type { TokenUsage } from "../../../domain/money/price.ts";
import type { Vendor } from "../vendor.ts";

/** What a piece of JSON tells of the tokens that were used, as a client can read it. */
export interface ToldUsage {
  readonly model: string;
  readonly tokens: TokenUsage;
  /** Sold at the price of batches. */
  readonly isFlex: boolean;
}

export interface ToldLine extends ToldUsage {
  readonly customId: string;
}

const count = z.int().min(0).default(0);

const openaiBody = z.object({
  model: z.string(),
  service_tier: z.string().nullish(),
  usage: z.union([
    z.object({
      prompt_tokens: z.int(),
      completion_tokens: z.int(),
      prompt_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish(),
    }),
    z.object({
      input_tokens: z.int(),
      output_tokens: z.int(),
      input_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish(),
    }),
  ]),
});

const anthropicBody = z.object({
  model: z.string(),
  usage: z.object({
    input_tokens: z.int(),
    output_tokens: z.int(),
    cache_read_input_tokens: z.int().nullish(),
    cache_creation_input_tokens: z.int().nullish(),
  }),
});

const geminiBody = z.object({
  modelVersion: z.string(),
  usageMetadata: z.object({
    promptTokenCount: z.int(),
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
    cachedContentTokenCount: count,
  }),
});

const openaiLine = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.int().min(200).max(299), body: z.unknown() }),
});
const anthropicLine = z.object({
  custom_id: z.string(),
  result: z.object({ type: z.literal("succeeded"), message: z.unknown() }),
});
const geminiLine = z.union([
  z.object({ key: z.string(), response: z.unknown() }).transform(({ key, response }) => ({ key, response })),
  z
    .object({ metadata: z.object({ key: z.string() }), response: z.unknown() })
    .transform(({ metadata, response }) => ({ key: metadata.key, response })),
]);

/** Null when the reply tells no usage. */
export function toldByReply(vendor: Vendor, value: unknown): ToldUsage | null {
  switch (vendor) {
    case "openai":
      return toldByOpenai(value);
    case "anthropic":
      return toldByAnthropic(value);
    case "gemini":
      return toldByGemini(value);
  }
}

/** Null when the line is no success, tells no usage, or does not say whose it is. */
export function toldByLine(vendor: Vendor, value: unknown): ToldLine | null {
  const [customId, body] = bodyOfLine(vendor, value) ?? [null, null];
  const usage = customId === null ? null : toldByReply(vendor, body);
  return customId === null || usage === null ? null : { ...usage, customId };
}

function bodyOfLine(vendor: Vendor, value: unknown): readonly [string, unknown] | null {
  switch (vendor) {
    case "openai": {
      const line = openaiLine.safeParse(value).data;
      return line === undefined ? null : [line.custom_id, line.response.body];
    }
    case "anthropic": {
      const line = anthropicLine.safeParse(value).data;
      return line === undefined ? null : [line.custom_id, line.result.message];
    }
    case "gemini": {
      const line = geminiLine.safeParse(value).data;
      return line === undefined ? null : [line.key, line.response];
    }
  }
}

function toldByOpenai(value: unknown): ToldUsage | null {
  const body = openaiBody.safeParse(value).data;
  if (body === undefined) return null;
  const { usage } = body;
  const isChat = "prompt_tokens" in usage;
  const details = isChat ? usage.prompt_tokens_details : usage.input_tokens_details;
  const tokens = {
    inputTokens: isChat ? usage.prompt_tokens : usage.input_tokens,
    outputTokens: isChat ? usage.completion_tokens : usage.output_tokens,
    cacheReadTokens: details?.cached_tokens ?? 0,
    cacheWriteTokens: details?.cache_write_tokens ?? 0,
  };
  return { model: body.model, tokens, isFlex: body.service_tier === "flex" };
}

/** Here what was read excludes what a cache gave or kept. */
function toldByAnthropic(value: unknown): ToldUsage | null {
  const body = anthropicBody.safeParse(value).data;
  if (body === undefined) return null;
  const cacheReadTokens = body.usage.cache_read_input_tokens ?? 0;
  const cacheWriteTokens = body.usage.cache_creation_input_tokens ?? 0;
  const inputTokens = body.usage.input_tokens + cacheReadTokens + cacheWriteTokens;
  const tokens = { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens: body.usage.output_tokens };
  return { model: body.model, tokens, isFlex: false };
}

function toldByGemini(value: unknown): ToldUsage | null {
  const body = geminiBody.safeParse(value).data;
  if (body === undefined) return null;
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, cachedContentTokenCount } =
    body.usageMetadata;
  const tokens = {
    inputTokens: promptTokenCount,
    cacheReadTokens: cachedContentTokenCount,
    cacheWriteTokens: 0,
    outputTokens: candidatesTokenCount + thoughtsTokenCount,
  };
  return { model: body.modelVersion, tokens, isFlex: false };
}
