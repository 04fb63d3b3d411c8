import type { Json } from "../../../domain/json.ts";
import type { AnswerTokens } from "../answers/answer-line.ts";
import type { Answered, AnswerFinish } from "../answers/line-outcome.ts";

export interface MessageFacts {
  readonly id: string;
  readonly model: string;
  readonly serviceTier: "standard" | "batch";
}

const stopReasons: Readonly<Record<AnswerFinish, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  filter: "refusal",
  refusal: "refusal",
};

export function toMessage({ text, finish, tokens, tellsUsage }: Answered, facts: MessageFacts): Json {
  const stopReason = stopReasons[finish];
  return {
    id: `msg_${facts.id}`,
    type: "message",
    role: "assistant",
    model: facts.model,
    content: text === "" ? [] : [{ type: "text", text, citations: null }],
    container: null,
    diagnostics: null,
    stop_reason: stopReason,
    stop_details: stopReason === "refusal" ? { type: "refusal", category: null, explanation: null } : null,
    stop_sequence: null,
    ...(tellsUsage ? { usage: toUsage(tokens, facts) } : {}),
  };
}

/** What was read is told without what a cache gave or kept. */
function toUsage(tokens: AnswerTokens, { serviceTier }: MessageFacts): Json {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, thinkingTokens } = tokens;
  return {
    input_tokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation: { ephemeral_1h_input_tokens: cacheWriteTokens, ephemeral_5m_input_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: thinkingTokens },
    inference_geo: null,
    server_tool_use: null,
    service_tier: serviceTier,
    speed: null,
  };
}
