import { z } from "zod";
import type { TokenUsage } from "../../../domain/money/price.ts";
import { anything } from "../wire/tolerant.ts";
import { tokenCount, tokenCountOrNull, toTokenUsage } from "../wire/token-count.ts";

const details = z
  .object({ cached_tokens: tokenCount, cache_write_tokens: tokenCount, reasoning_tokens: tokenCount })
  .nullish()
  .catch(null);

/** What was counted, in the words of both APIs: chat completions have prompts and completions, responses in- and outputs. */
export interface OpenAiUsage {
  /** Null: it did not say. */
  readonly tokens: TokenUsage | null;
  /** Nothing was written but thoughts. */
  readonly isAllReasoning: boolean;
}

const unknownUsage: OpenAiUsage = { tokens: null, isAllReasoning: false };

const counted = z
  .object({
    prompt_tokens: tokenCountOrNull,
    completion_tokens: tokenCountOrNull,
    prompt_tokens_details: details,
    completion_tokens_details: details,
    input_tokens: tokenCountOrNull,
    output_tokens: tokenCountOrNull,
    input_tokens_details: details,
    output_tokens_details: details,
  })
  .transform((raw) => ({
    inputTokens: raw.prompt_tokens ?? raw.input_tokens ?? 0,
    outputTokens: raw.completion_tokens ?? raw.output_tokens ?? 0,
    input: raw.prompt_tokens_details ?? raw.input_tokens_details,
    output: raw.completion_tokens_details ?? raw.output_tokens_details,
  }));

export const openAiUsage = anything.transform((raw): OpenAiUsage =>
  toUsage(counted.safeParse(raw).data ?? null),
);

function toUsage(count: z.infer<typeof counted> | null): OpenAiUsage {
  if (count === null) return unknownUsage;
  const { inputTokens, outputTokens, input, output } = count;
  const tokens = toTokenUsage({
    inputTokens,
    cacheReadTokens: input?.cached_tokens ?? 0,
    cacheWriteTokens: input?.cache_write_tokens ?? 0,
    outputTokens,
  });
  return { tokens, isAllReasoning: outputTokens > 0 && (output?.reasoning_tokens ?? 0) >= outputTokens };
}
