import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import type { CheckOutcome, CheckRunner } from "../../src/ports/check-runner.ts";
import { headOf } from "./support/looking.ts";
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

/** A person commits while the model writes; what the checks say of a tree with their file is told by `answer`, the first time or always. */
async function overtaken(
  answer: (tree: string) => CheckOutcome | null,
  { isAlways = false, hurry = 10 } = {},
): Promise<Story> {
  let isTold = false;
  const story: Story = await given({
    hurry,
    plan: [step("one")],
    answers: {
      one: [
        () => {
          story.repository.commit("meanwhile", { "words/theirs.txt": "theirs\n" });
          return word("one");
        },
      ],
    },
    deps: ({ checks }) => ({
      checks: {
        profile: checks.profile,
        run: async (check, tree, signal) => {
          const told = isTold || !existsSync(join(tree, "words/theirs.txt")) ? null : answer(tree);
          isTold ||= told !== null && !isAlways;
          return told ?? checks.run(check, tree, signal);
        },
      },
    }),
  });
  return story;
}

function buildsOf(story: Story): number {
  return story.model.requests.filter(({ purpose }) => purpose === "build").length;
}

test("a candidate whose check failed once is judged anew by a retry, and nothing is built again", async () => {
  await using story = await overtaken((tree) => (existsSync(join(tree, "words/one.txt")) ? red : null));
  const failed = await story.settle((await story.start("Write a word")).id);
  expect(failed.state).toEqual({ status: "failed", stage: "validate", code: "validation_failed" });

  await retryRun(story.person, failed.id, { hint: null, force: true });
  const run = await story.settle(failed.id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(buildsOf(story)).toBe(1);
});

test("beside a base that cannot be judged nothing lands, and that is told as what it is", async () => {
  await using story = await overtaken((tree) => (existsSync(join(tree, "words/one.txt")) ? null : timedOut), {
    isAlways: true,
    hurry: 200,
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.error).toEqual({
    code: "environment",
    message: "The base could not be judged: words: timed out after 600000 ms.",
    cure: "aas doctor --run-checks runs them once more and shows what they print.",
  });
  expect(await headOf(story)).toBe(story.repository.head());
  expect(buildsOf(story)).toBe(1);
});
