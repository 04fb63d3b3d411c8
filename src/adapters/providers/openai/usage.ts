import { z } from "zod";
import type { TokenUsage } from "../../../domain/money/price.ts";
import { anything, numberOrNull, numberOrZero } from "../wire/tolerant.ts";

const details = z
  .object({ cached_tokens: numberOrZero, cache_write_tokens: numberOrZero, reasoning_tokens: numberOrZero })
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
    prompt_tokens: numberOrNull,
    completion_tokens: numberOrNull,
    prompt_tokens_details: details,
    completion_tokens_details: details,
    input_tokens: numberOrNull,
    output_tokens: numberOrNull,
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

/** A count of nothing read is no count, since something was asked. */
function toUsage(count: z.infer<typeof counted> | null): OpenAiUsage {
  if (count === null || count.inputTokens <= 0) return unknownUsage;
  const { inputTokens, outputTokens, input, output } = count;
  return {
    tokens: {
      inputTokens,
      cacheReadTokens: input?.cached_tokens ?? 0,
      cacheWriteTokens: input?.cache_write_tokens ?? 0,
      outputTokens,
    },
    isAllReasoning: outputTokens > 0 && (output?.reasoning_tokens ?? 0) >= outputTokens,
  };
}
