import type { TokenUsage } from "../../../domain/money/price.ts";
import type { Json } from "../../../domain/json.ts";
import { hexOf, pickOf } from "../seeded.ts";
import type { Vendor } from "../vendor.ts";

/** A request to a model, alone or as a line of a batch. */
export interface AskedLine {
  readonly vendor: Vendor;
  readonly model: string;
  /** All that was said to the model, system first. */
  readonly prompt: string;
  readonly body: Json;
}

export interface AnswerTokens extends TokenUsage {
  /** Of what was written, thinking that nobody sees. */
  readonly thinkingTokens: number;
}

export interface LineAnswer {
  readonly text: string;
  readonly tokens: AnswerTokens;
}

/** What the model of this server says. `customId` is null outside of a batch. */
export type AnswerLine = (customId: string | null, asked: AskedLine) => LineAnswer;

/** An answer that is always the same for the same question. */
export function answerByHash(seed: number): AnswerLine {
  return (customId, asked) => {
    const key = [asked.model, customId ?? "", asked.prompt] as const;
    const inputTokens = Math.ceil(asked.prompt.length / 4) + 7;
    const thinkingTokens = pickOf(40, seed, "thinking", ...key);
    return {
      text: `Answer ${hexOf(12, seed, "text", ...key)} to ${customId ?? "a call"}.`,
      tokens: {
        inputTokens,
        cacheReadTokens: pickOf(inputTokens, seed, "cached", ...key),
        cacheWriteTokens: 0,
        outputTokens: 20 + thinkingTokens + pickOf(400, seed, "written", ...key),
        thinkingTokens,
      },
    };
  };
}
