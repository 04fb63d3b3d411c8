import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  SandboxCheckRunner,
  checkToolFolder,
} from "../../src/adapters/checks-command/sandbox-check-runner.ts";
import { BubblewrapSandbox } from "../../src/adapters/sandbox-bubblewrap/bubblewrap-sandbox.ts";
import { withCrashPoints } from "../../src/app/crash-points/with-crash-points.ts";
import { AasError } from "../../src/domain/errors.ts";
import { runWorkflowId } from "../../src/pipeline/names.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import type { CheckRunner } from "../../src/ports/check-runner.ts";
import type { Database } from "../../src/ports/database.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { planOf, step } from "./support/plan-of.ts";
import { rogueBuilder } from "./support/rogue-builder.ts";
import { given, type Story, word } from "./support/word-book.ts";

const hurry = 500;
const away = new AasError("provider_unavailable", "The model did not answer in 60 s.", { retryable: true });

describe("when the sandbox cannot be had", () => {
  test("nothing runs without it: the run fails with the cure, and no model was asked", async () => {
    using scratch = temporaryFolder();
    const sandbox = new BubblewrapSandbox({
      findBwrap: () => null,
      scratchFolder: scratch.path,
      nodePath: process.execPath,
      toolFolder: checkToolFolder,
    });
    await using story = await given({
      plan: [step("one")],
      deps: { checks: new SandboxCheckRunner({ sandbox, walls: "none" }) },
      hurry,
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "failed", stage: "decompose", code: "environment" });
    expect(run.error?.message).toContain("bubblewrap");
    expect(run.error?.cure).toContain("install");
    expect(story.model.requests).toEqual([]);
  });

  test("while work waits to be judged, the work is kept, a person is told, and it is judged when it is back", async () => {
    let isThere = true;
    await using story: Story = await given({
      plan: [step("one")],
      answers: {
        one: [
          () => {
            isThere = false;
            return word("one");
          },
        ],
      },
      deps: ({ checks }) => ({ checks: thatMayBeAway(checks, () => isThere) }),
      hurry,
    });
    const { id } = await story.start("Write a word");

    const paused = await story.settle(id);
    expect(paused.state).toEqual({ status: "paused", stage: "implement", reason: "provider" });
    isThere = true;
    await resumeRun(story.person, id);
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.filter(({ purpose }) => purpose === "build").length).toBe(1);
  });
});

test("a provider that stays away pauses the run, and it goes on when it is back", async () => {
  let isThere = false;
  await using story = await given({
    plan: [() => (isThere ? planOf(step("one")) : away)],
    answers: { one: [word("one")] },
    hurry,
  });
  const { id } = await story.start("Write a word");

  const paused = await story.settle(id);
  expect(paused.state).toEqual({ status: "paused", stage: "decompose", reason: "provider" });
  isThere = true;
  await resumeRun(story.person, id);

  expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
});

test("a provider that stays away while a task is built pauses the run, and the same try goes on when it is back", async () => {
  let isThere = false;
  await using story = await given({
    plan: [step("one")],
    answers: { one: [() => (isThere ? word("one") : away)] },
    policy: { maxAttempts: 1 },
    hurry,
  });
  const { id } = await story.start("Write a word");

  const paused = await story.settle(id);
  expect(paused.state).toEqual({ status: "paused", stage: "implement", reason: "provider" });
  isThere = true;
  await resumeRun(story.person, id);

  expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
  const attempts = await story.deps.db.attempts.listOfRun(id);
  expect(attempts.map(({ state }) => state.status)).toEqual(["completed"]);
});

test("a provider that is away for a moment costs nobody a try", async () => {
  await using story = await given({
    plan: [away, planOf(step("one"))],
    answers: { one: [away, word("one")] },
    policy: { maxAttempts: 1 },
    hurry,
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
});

test("who waits for a provider waits as long as it takes: no try, no pause, and a word for each time it was away", async () => {
  const waits = 20;
  let calls = 0;
  /** Away when the plan is asked for and again when the task is built, each time for longer than eight outages last. */
  const whenBack = (sinceMs: number, answer: string) => (): string | AasError => {
    calls += 1;
    if (calls % (waits + 1) === 0) return answer;
    // Between two waits one call is let through, and fails.
    if (calls % 2 === 0) return away;
    const waiting = { provider: "openai", cause: "away", waitMs: 300_000, sinceMs } as const;
    return new AasError("provider_waiting", "openai is away.", {
      retryable: true,
      hadNoEffect: true,
      waiting,
    });
  };
  await using story = await given({
    plan: [whenBack(1, planOf(step("one")))],
    answers: { one: [whenBack(2, word("one"))] },
    policy: { maxAttempts: 1, runTimeoutMs: 30 * 24 * 3_600_000 },
    hurry: 100_000,
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(calls).toBe(2 * (waits + 1));
  const attempts = await story.deps.db.attempts.listOfRun(run.id);
  expect(attempts.map(({ state }) => state.status)).toEqual(["completed"]);
  const events = await story.deps.db.events.listOfRun(run.id);
  const told = events.filter(({ type }) => type === "provider.awaited" || type === "run.paused");
  expect(told.map(({ type, subject, details }) => [type, subject, details["sinceMs"]])).toEqual([
    ["provider.awaited", "openai", 1],
    ["provider.awaited", "openai", 2],
  ]);
});

const hiccup = new AasError("database_unavailable", "connection lost", { retryable: true });

test.each([1, 2, 3, 5, 8, 13, 21, 34])(
  "a database that fails once, at the %ith thing that is asked of it, does not stop a run",
  async (number) => {
    let asked = 0;
    let isCounting = false;
    const isNow = (): boolean => isCounting && (asked += 1) === number;
    await using story = await given({
      plan: [step("one")],
      deps: ({ db }) => ({ db: failingWhen(db, isNow, hiccup) }),
      hurry,
    });
    const { id } = await story.start("Write a word");

    isCounting = true;
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(asked).toBeGreaterThan(number);
  },
);

test("a run whose workflow died of a surprise is failed, not silent, and can be retried", async () => {
  let isBroken = false;
  await using story = await given({
    plan: [
      () => {
        isBroken = true;
        return planOf(step("one"));
      },
      planOf(step("one")),
    ],
    answers: { one: [word("one")] },
    deps: ({ db }) => ({ db: failingWhen(db, () => isBroken, new TypeError("a fault of ours")) }),
    hurry,
  });
  const started = await story.start("Write a word");
  const { id } = started;

  await story.until(id, async () => {
    const workflow = await story.deps.durable.find(runWorkflowId(started));
    return workflow?.kind === "failed";
  });
  isBroken = false;
  const failed = await story.settle(id);
  expect(failed.state).toMatchObject({ status: "failed", code: "internal" });
  expect(failed.error).toEqual({
    code: "internal",
    message: "a fault of ours",
    cure: `aas automate retry ${id}`,
  });
  await retryRun(story.person, id, { hint: null, force: false });

  expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
});

describe("a worktree that is deleted by hand", () => {
  test("while its builder works costs no try, and the task is built again", async () => {
    const builder = rogueBuilder(
      (tree) => rmSync(tree, { recursive: true }),
      (tree) => writeFileSync(join(tree, "words/one.txt"), "one\n"),
    );
    await using story = await given({
      plan: [step("one")],
      deps: ({ builders }) => ({ builders: { ...builders, model: builder } }),
      policy: { maxAttempts: 1 },
      hurry,
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const attempts = await story.deps.db.attempts.listOfRun(run.id);
    expect(attempts.map(({ state }) => state.status)).toEqual(["abandoned", "completed"]);
  });
});

test.each([
  ["back a day", -24 * 3_600_000],
  ["on a week", 7 * 24 * 3_600_000],
])(
  "a clock that jumps %s while a task is built lands the work all the same, in the order it happened",
  async (_name, by) => {
    await using story: Story = await given({
      plan: [step("one"), step("two", { after: ["one"] })],
      answers: {
        one: [
          () => {
            story.clock.putForward(by);
            return word("one");
          },
        ],
      },
      policy: { runTimeoutMs: 30 * 24 * 3_600_000 },
    });

    const run = await story.settle((await story.start("Write two words")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const events = await story.deps.db.events.listOfRun(run.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq).toSorted((a, b) => a - b));
    const collected = events.filter(({ type }) => type === "task.collected").map(({ subject }) => subject);
    expect(collected).toEqual(["AAS-1", "AAS-2"]);
  },
);

function thatMayBeAway(checks: CheckRunner, isThere: () => boolean): CheckRunner {
  const gone = {
    kind: "infrastructure",
    reason: "the sandbox is gone",
    cure: "aas doctor",
    isTransient: true,
  } as const;
  return {
    profile: checks.profile,
    run: async (...args) => (isThere() ? checks.run(...args) : gone),
  };
}

/** The same database, but for one answer. */
function failingWhen(db: Database, isNow: () => boolean, error: Error): Database {
  const points = {
    reach: (name: string) => {
      if (name.endsWith(":before") && isNow()) throw error;
    },
  };
  const runs = withCrashPoints("runs", db.runs, { get: "effect" }, points);
  const guarded = withCrashPoints("db", db, { transaction: "effect" }, points);
  return new Proxy(guarded, {
    get: (target, property): unknown => (property === "runs" ? runs : Reflect.get(target, property)),
  });
}
