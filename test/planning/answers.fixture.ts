// What the models of a fault server say that runs in a process of its own: see own-fault-server.ts.
import type { AnswerLine } from "../../src/testing/fault-server/answers/answer-line.ts";
import { pickOf } from "../../src/testing/fault-server/seeded.ts";

/** A whole analysis, with tokens of every kind that can be sold; never more than a request allows. */
export const answer: AnswerLine = (customId, { vendor, prompt }) => {
  const pick = (count: number, what: string): number => pickOf(count, 1, what, customId ?? "", prompt);
  const inputTokens = Math.ceil(prompt.length / 4) + 7;
  const thinkingTokens = pick(300, "thinking");
  const cacheReadTokens = pick(Math.floor(inputTokens / 2), "read");
  return {
    text: JSON.stringify({
      complexity: "low",
      priority: { change: "keep", to: null, reason: "Nothing waits for it." },
      blockers: [],
      firstStep: `Read what ${customId ?? "the call"} is about.`,
      steps: ["Read it", "Change it"],
    }),
    tokens: {
      inputTokens,
      cacheReadTokens,
      cacheWriteTokens: vendor === "gemini" ? 0 : pick(inputTokens - cacheReadTokens, "written"),
      outputTokens: 20 + thinkingTokens + pick(1_000, "said"),
      thinkingTokens,
    },
  };
};
