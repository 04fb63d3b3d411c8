import type { Json } from "../../../domain/json.ts";
import type { Answered, AnswerFinish } from "../answers/line-outcome.ts";

const finishReasons: Readonly<Record<AnswerFinish, string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  filter: "SAFETY",
  refusal: "PROHIBITED_CONTENT",
};

/** The answer of `generateContent`. */
export function toContentReply(answered: Answered, model: string, id: string): Json {
  const { finish, tellsUsage } = answered;
  const parts = partsOf(answered);
  const content = parts.length === 0 ? {} : { content: { parts, role: "model" } };
  return {
    candidates: [{ ...content, finishReason: finishReasons[finish], index: 0 }],
    ...(tellsUsage ? { usageMetadata: toUsage(answered) } : {}),
    modelVersion: model,
    responseId: id,
  };
}

/** Thoughts come first, marked, and are no part of the answer. */
function partsOf({ text, finish, tokens }: Answered): readonly Json[] {
  if (finish === "filter" || finish === "refusal") return [];
  const thoughts = tokens.thinkingTokens > 0 ? [{ text: "Let me think about that.", thought: true }] : [];
  return text === "" ? thoughts : [...thoughts, { text }];
}

/** What was written is told apart from what was thought; both are paid for. */
function toUsage({ tokens }: Answered): Json {
  const { inputTokens, cacheReadTokens, outputTokens, thinkingTokens } = tokens;
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens - thinkingTokens,
    totalTokenCount: inputTokens + outputTokens,
    ...(cacheReadTokens === 0 ? {} : { cachedContentTokenCount: cacheReadTokens }),
    ...(thinkingTokens === 0 ? {} : { thoughtsTokenCount: thinkingTokens }),
  };
}
