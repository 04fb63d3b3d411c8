import { expect, test } from "vitest";
import { plainTokens } from "../../src/domain/money/price.ts";
import type { Finish, ModelReply } from "../../src/ports/model.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given } from "./support/word-book.ts";

function declined(finish: Finish): ModelReply {
  return { text: "I would rather not.", finish, usage: plainTokens(100, 10), model: null };
}

test.each([
  ["refuses", "refusal", "The answer was a refusal."],
  ["is filtered over", "filter", "The answer was withheld by a filter."],
] as const)(
  "a goal that the planner %s is asked about once, and a person is asked",
  async (_, finish, why) => {
    await using story = await given({ plan: [declined(finish), planOf(step("one"))], answers: { one: [] } });
    const { id } = await story.start("Write one");

    const paused = await story.settle(id);

    expect(paused.state).toEqual({ status: "paused", stage: "decompose", reason: "needs_plan" });
    expect(story.model.requests.length).toBe(1);
    const { pause } = await story.summary(id);
    expect(pause?.what).toContain(`No usable plan after 1 try: ${why} `);
  },
);
