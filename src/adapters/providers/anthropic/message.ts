import { z } from "zod";
import type { TokenUsage } from "../../../domain/money/price.ts";
import type { Finish, ModelReply } from "../../../ports/model.ts";
import { tokenCount, toTokenUsage } from "../wire/token-count.ts";
import { listOf, objectOrNull, textOrNull } from "../wire/tolerant.ts";

const usage = objectOrNull(
  z.object({
    input_tokens: tokenCount,
    cache_read_input_tokens: tokenCount,
    cache_creation_input_tokens: tokenCount,
    output_tokens: tokenCount,
  }),
);

const message = z.object({
  type: z.literal("message"),
  model: textOrNull,
  content: listOf(z.object({ type: z.string(), text: textOrNull })),
  stop_reason: textOrNull,
  usage,
});

/** Null: it is no message. */
export function parseMessage(body: unknown): ModelReply | null {
  const parsed = message.safeParse(body).data;
  if (parsed === undefined) return null;
  const text = parsed.content.flatMap((part) => (part.type === "text" ? (part.text ?? []) : [])).join("");
  return {
    text,
    finish: finishOf(parsed.stop_reason, text),
    usage: parsed.usage && usedBy(parsed.usage),
    model: parsed.model,
  };
}

function finishOf(reason: string | null, text: string): Finish {
  switch (reason ?? "") {
    case "end_turn":
    case "stop_sequence":
      return text === "" ? "other" : "stop";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "refusal":
      return "refusal";
    default:
      return "other";
  }
}

/** Here what a cache gave or kept is not among what was read. */
function usedBy(count: NonNullable<z.infer<typeof usage>>): TokenUsage | null {
  const { cache_read_input_tokens: cacheReadTokens, cache_creation_input_tokens: cacheWriteTokens } = count;
  const inputTokens = count.input_tokens + cacheReadTokens + cacheWriteTokens;
  return toTokenUsage({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens: count.output_tokens });
}
