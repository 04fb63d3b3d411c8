import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import type { CheckOutcome, CheckRunner } from "../../src/ports/check-runner.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

const timedOut: CheckOutcome = { kind: "inconclusive", reason: "timed out after 600000 ms", output: "" };
const red: CheckOutcome = {
  kind: "ran",
  passed: false,
  cases: [{ id: "words", outcome: "failed", message: "the service was away" }],
  output: "the service was away\n",
  durationMs: 1,
};

/** A check that answers so the first time that a base is judged, and is asked for real from then on. */
function firstAnswer(outcome: CheckOutcome, checks: CheckRunner): CheckRunner {
  let asked = 0;
  return {
    profile: checks.profile,
    run: async (...call) => {
      asked += 1;
      return asked === 1 ? outcome : checks.run(...call);
    },
  };
}

describe("a base whose check", () => {
  test.each([
    ["times out once", timedOut, "environment", "main could not be judged: words: timed out after 600000 ms"],
    ["fails once", red, "base_red", "main is red before any change: words: failing: words"],
  ] as const)("%s is judged anew by a retry", async (_name, outcome, code, message) => {
    await using story = await given({
      plan: [step("one")],
      deps: ({ checks }) => ({ checks: firstAnswer(outcome, checks) }),
    });
    const failed = await story.settle((await story.start("Write a word")).id);
    expect(failed.error).toMatchObject({ code, message });

    await retryRun(story.person, failed.id, { hint: null, force: true });

    expect((await story.settle(failed.id)).state).toEqual({ status: "completed", outcome: "full" });
  });

  test.each([
    ["timed out once", timedOut],
    ["failed once", red],
  ] as const)("%s is judged anew by another run", async (_name, outcome) => {
    await using story = await given({
      plan: [step("one")],
      deps: ({ checks }) => ({ checks: firstAnswer(outcome, checks) }),
    });
    await story.settle((await story.start("Write a word")).id);

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
  });
});

test("a candidate whose check failed once is judged anew by a retry, and nothing is built again", async () => {
  let isCommitted = false;
  let isFirst = true;
  await using story: Story = await given({
    plan: [step("one")],
    answers: {
      one: [
        () => {
          story.repository.commit("meanwhile", { "words/theirs.txt": "theirs\n" });
          isCommitted = true;
          return word("one");
        },
      ],
    },
    deps: ({ checks }) => ({
      checks: {
        profile: checks.profile,
        run: async (check, tree, signal) => {
          const isCandidate = isCommitted && existsSync(join(tree, "words/theirs.txt"));
          if (!isCandidate || !existsSync(join(tree, "words/one.txt")) || !isFirst)
            return checks.run(check, tree, signal);
          isFirst = false;
          return red;
        },
      },
    }),
  });
  const failed = await story.settle((await story.start("Write a word")).id);
  expect(failed.state).toEqual({ status: "failed", stage: "validate", code: "validation_failed" });

  await retryRun(story.person, failed.id, { hint: null, force: true });
  const run = await story.settle(failed.id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(story.model.requests.filter(({ purpose }) => purpose === "build")).toHaveLength(1);
});
