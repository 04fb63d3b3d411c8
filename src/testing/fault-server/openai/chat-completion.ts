import type { Json } from "../../../domain/json.ts";
import type { Answered } from "../answers/line-outcome.ts";

export interface ReplyFacts {
  readonly id: string;
  readonly model: string;
  readonly createdAtSeconds: number;
  readonly serviceTier: string;
}

const finishReasons = { stop: "stop", length: "length", filter: "content_filter", refusal: "stop" } as const;

export function toChatCompletion(answered: Answered, facts: ReplyFacts): Json {
  const { finish, text, tellsUsage } = answered;
  const isRefusal = finish === "refusal";
  return {
    id: `chatcmpl-${facts.id}`,
    object: "chat.completion",
    created: facts.createdAtSeconds,
    model: facts.model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: isRefusal ? null : text,
          refusal: isRefusal ? text : null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: finishReasons[finish],
      },
    ],
    ...(tellsUsage ? { usage: toChatUsage(answered) } : {}),
    service_tier: facts.serviceTier,
    system_fingerprint: "fp_fault_server",
  };
}

function toChatUsage({ tokens }: Answered): Json {
  return {
    prompt_tokens: tokens.inputTokens,
    completion_tokens: tokens.outputTokens,
    total_tokens: tokens.inputTokens + tokens.outputTokens,
    prompt_tokens_details: {
      cached_tokens: tokens.cacheReadTokens,
      audio_tokens: 0,
      ...(tokens.cacheWriteTokens === 0 ? {} : { cache_write_tokens: tokens.cacheWriteTokens }),
    },
    completion_tokens_details: {
      reasoning_tokens: tokens.thinkingTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
