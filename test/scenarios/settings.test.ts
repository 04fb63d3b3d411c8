import { plainPrice } from "../../src/domain/money/price.ts";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/parse-config.ts";
import { toRunPolicy } from "../../src/config/to-run-policy.ts";
import type { Run } from "../../src/domain/run.ts";
import type { RunPolicy } from "../../src/domain/running/run-policy.ts";
import { planOf, step } from "./support/plan-of.ts";
import { eventsOf } from "./support/looking.ts";
import { given, type Story, type StoryOptions, word } from "./support/word-book.ts";

const words = { name: "words", kind: "tests", gate: "must", command: ["sh", "check.sh"] };
const landing = { merge: { auto: true }, approvals: { merge: false }, batch: { enabled: false } };

/** What a configuration of these settings holds a run to. */
function policyOf(settings: Readonly<Record<string, unknown>>): RunPolicy {
  const text = JSON.stringify({ checks: [words], ...landing, ...settings });
  return toRunPolicy(parseConfig(text, "aas.config.jsonc").config);
}

interface Ended {
  readonly run: Run;
  readonly story: Story;
}

/** One run to its end or pause, under these settings. */
async function runUnder(
  settings: Readonly<Record<string, unknown>>,
  options: Partial<StoryOptions> = {},
  look: (ended: Ended) => Promise<void> | void = () => undefined,
): Promise<Run> {
  await using story = await given({ plan: [step("one")], ...options, policy: policyOf(settings) });
  const run = await story.settle((await story.start("Write words")).id);
  await look({ run, story });
  return run;
}

async function attemptsOf({ run, story }: Ended): Promise<number> {
  return (await story.deps.db.attempts.listOfRun(run.id)).length;
}

describe("merge.auto and approvals.merge", () => {
  test.each([
    [false, true, "paused"],
    [true, true, "paused"],
    [false, false, "paused"],
    [true, false, "completed"],
  ])("auto %s, approval %s: the run is %s", async (auto, approval, status) => {
    const run = await runUnder({ merge: { auto }, approvals: { merge: approval } });

    expect(run.state.status).toBe(status);
  });
});

describe("gates", () => {
  test.each([
    [true, "failed"],
    [false, "completed"],
  ])("requireTests %s: a change without a new test has %s", async (requireTests, status) => {
    const run = await runUnder({ gates: { requireTests } });

    expect(run.state.status).toBe(status);
  });

  const types = { name: "types", kind: "types", command: ["sh", "-c", "! grep -q one words/*"] };

  test.each([
    [true, 0.5, "failed"],
    [false, 0.5, "completed"],
    [false, 0.8, "failed"],
  ])(
    "requireTypeChecks %s with minScore %s: a broken type check has %s",
    async (isRequired, minScore, status) => {
      const settings = {
        checks: [words, types],
        gates: { requireTypeChecks: isRequired, minScore },
        limits: { attempts: 1 },
      };

      const run = await runUnder(settings);

      expect(run.state.status).toBe(status);
    },
  );

  test.each([
    ["maxChangedFiles", { maxChangedFiles: 1 }],
    ["maxFileBytes", { maxFileBytes: 3 }],
  ])("%s refuses what is larger", async (_name, gates) => {
    const writesTwo = `${word("one")}\n${word("two")}`;
    const options = { plan: [step("one", { files: ["words/"] })], answers: { one: [writesTwo] } };
    const limits = { attempts: 1 };

    expect((await runUnder({ limits }, options)).state.status).toBe("completed");
    expect((await runUnder({ gates, limits }, options)).state.status).toBe("failed");
  });

  test.each([
    [["words/"], 1],
    [[], 0],
  ])("protectedPaths %j ask a person %i times", async (protectedPaths, count) => {
    await using story = await given({ plan: [step("one")], policy: policyOf({ gates: { protectedPaths } }) });
    const { id } = await story.start("Write words");

    await story.until(
      id,
      ({ pendingApprovals, run }) => pendingApprovals.length === count || run.state.status === "completed",
    );

    expect((await story.summary(id)).pendingApprovals).toHaveLength(count);
  });
});

describe("limits", () => {
  test.each([1, 2])("attempts %i: so many tries, then a person", async (attempts) => {
    const answers = { one: [word("one", "BROKEN")] };

    await runUnder({ limits: { attempts } }, { answers }, async (ended) => {
      expect(await attemptsOf(ended)).toBe(attempts);
    });
  });

  test("parallelTasks 1: the second task starts when the first is collected", async () => {
    const plan = [step("one"), step("two")];

    await runUnder({ limits: { parallelTasks: 1 } }, { plan }, async ({ run, story }) => {
      const events = await eventsOf(story, run.id);
      const order = events.filter((event) => /attempt\.started|task\.collected/u.test(event));
      expect(order.map((event) => event.split(" ")[0])).toEqual([
        "attempt.started",
        "task.collected",
        "attempt.started",
        "task.collected",
      ]);
    });
  });
});

describe("budget", () => {
  test("perDayUsd counts all runs of the day, and pauses the one that would go past it", async () => {
    const price = plainPrice(1_000_000, 10_000_000);
    const policy = policyOf({ budget: { perRunUsd: 10, perDayUsd: 0.172 }, batch: { analyse: false } });
    await using story = await given({
      plan: [planOf(step("one")), planOf(step("two"))],
      answers: { one: [word("one")], two: [word("two")] },
      price,
      policy,
    });

    const first = await story.settle((await story.start("Write words")).id);
    const second = await story.settle((await story.start("Write words")).id);

    expect(first.state.status).toBe("completed");
    expect(second.state).toMatchObject({ status: "paused", reason: "money" });
  });
});

test("board.prefix names the tasks", async () => {
  await runUnder({ board: { prefix: "SHOP" } }, {}, async ({ run, story }) => {
    expect((await story.summary(run.id)).createdTasks).toEqual(["SHOP-1"]);
  });
});
