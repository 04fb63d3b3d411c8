import { z } from "zod";
import type { TokenUsage } from "../../../domain/money/price.ts";
import type { Finish, ModelReply } from "../../../ports/model.ts";
import { tokenCount, toTokenUsage } from "../wire/token-count.ts";
import { boolean, listOf, objectOrNull, textOrNull } from "../wire/tolerant.ts";

const part = z.object({ text: textOrNull, thought: boolean });

const candidate = z.object({
  content: objectOrNull(z.object({ parts: listOf(part) })),
  finishReason: textOrNull,
});

const usage = objectOrNull(
  z.object({
    promptTokenCount: tokenCount,
    toolUsePromptTokenCount: tokenCount,
    cachedContentTokenCount: tokenCount,
    candidatesTokenCount: tokenCount,
    thoughtsTokenCount: tokenCount,
  }),
);

const response = z.object({
  candidates: listOf(candidate),
  promptFeedback: objectOrNull(z.object({ blockReason: textOrNull })),
  usageMetadata: usage,
  modelVersion: textOrNull,
});

/** Null: it is no answer of a model. Thoughts are no part of the answer, and are paid for all the same. */
export function parseContentReply(body: unknown): ModelReply | null {
  const parsed = response.safeParse(body).data;
  const [first] = parsed?.candidates ?? [];
  if (parsed === undefined || (first === undefined && parsed.promptFeedback === null)) return null;
  const parts = first?.content?.parts ?? [];
  const text = parts.flatMap((each) => (each.thought ? [] : (each.text ?? []))).join("");
  return {
    text,
    finish: first === undefined ? "filter" : finishOf(first.finishReason, text),
    usage: usedBy(parsed.usageMetadata),
    model: parsed.modelVersion,
  };
}

const filters = /^(?:SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE)$|^IMAGE_/u;

function finishOf(reason: string | null, text: string): Finish {
  if (reason === "STOP") return text === "" ? "other" : "stop";
  if (reason === "MAX_TOKENS") return "length";
  return filters.test(reason ?? "") ? "filter" : "other";
}

function usedBy(count: z.infer<typeof usage>): TokenUsage | null {
  if (count === null) return null;
  return toTokenUsage({
    inputTokens: count.promptTokenCount + count.toolUsePromptTokenCount,
    cacheReadTokens: count.cachedContentTokenCount,
    cacheWriteTokens: 0,
    outputTokens: count.candidatesTokenCount + count.thoughtsTokenCount,
  });
}
