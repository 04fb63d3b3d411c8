import type { Json } from "../../../domain/json.ts";
import type { Answered } from "../answers/line-outcome.ts";
import type { ReplyFacts } from "./chat-completion.ts";

/** The answer of `/v1/responses`. */
export function toResponseObject(answered: Answered, facts: ReplyFacts): Json {
  const { finish, tellsUsage } = answered;
  const isWhole = finish === "stop" || finish === "refusal";
  return {
    id: `resp_${facts.id}`,
    object: "response",
    access_programs: null,
    created_at: facts.createdAtSeconds,
    status: isWhole ? "completed" : "incomplete",
    error: null,
    incomplete_details: isWhole
      ? null
      : { reason: finish === "length" ? "max_output_tokens" : "content_filter" },
    instructions: null,
    max_output_tokens: null,
    model: facts.model,
    output: toOutput(answered, facts.id),
    parallel_tool_calls: true,
    previous_response_id: null,
    service_tier: facts.serviceTier,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    ...(tellsUsage ? { usage: toUsage(answered) } : {}),
    metadata: {},
  };
}

function toOutput({ finish, text, tokens }: Answered, id: string): readonly Json[] {
  const thinking =
    tokens.thinkingTokens > 0 ? [{ id: `rs_${id}`, type: "reasoning", summary: [] as readonly Json[] }] : [];
  if (text === "") return thinking;
  const content: Json =
    finish === "refusal"
      ? { type: "refusal", refusal: text }
      : { type: "output_text", annotations: [], logprobs: [], text };
  const status = finish === "length" ? "incomplete" : "completed";
  return [...thinking, { id: `msg_${id}`, type: "message", status, content: [content], role: "assistant" }];
}

function toUsage({ tokens }: Answered): Json {
  return {
    input_tokens: tokens.inputTokens,
    input_tokens_details: {
      cached_tokens: tokens.cacheReadTokens,
      cache_write_tokens: tokens.cacheWriteTokens,
    },
    output_tokens: tokens.outputTokens,
    output_tokens_details: { reasoning_tokens: tokens.thinkingTokens },
    total_tokens: tokens.inputTokens + tokens.outputTokens,
  };
}
