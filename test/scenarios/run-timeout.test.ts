import { expect, test } from "vitest";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

test("a run whose time is used up pauses within its stage, and has its time again when it is resumed", async () => {
  await using story: Story = await given({
    plan: [step("one"), step("two", { after: ["one"] })],
    policy: { runTimeoutMs: 3_600_000, maxAttempts: 1 },
    answers: {
      one: [
        () => {
          story.clock.putForward(2 * 3_600_000);
          return "FILE: words/one.txt\n```\none\n```\n";
        },
      ],
    },
  });
  const { id } = await story.start("Write two words");

  const paused = await story.settle(id);
  expect(paused.state).toEqual({ status: "paused", stage: "implement", reason: "timeout" });
  await resumeRun(story.person, id);

  expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
});
