import { describe, expect, test } from "vitest";
import { AasError } from "../../src/domain/errors.ts";
import type { Attempt } from "../../src/domain/attempt.ts";
import { type RunId, toTaskKey } from "../../src/domain/ids.ts";
import { makeAttempt } from "../../src/pipeline/building/make-attempt.ts";
import { cancelRun } from "../../src/pipeline/control/steer-run.ts";
import { changeAttempt } from "../../src/pipeline/recording/change-attempt.ts";
import { changeRun } from "../../src/pipeline/recording/change-run.ts";
import type { CheckRunner } from "../../src/ports/check-runner.ts";
import { eventsOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

const hurry = 500;
const away = new AasError("provider_unavailable", "The model did not answer in 60 s.", { retryable: true });

describe("an attempt that waits to go on", () => {
  test("ends with its task when the run is canceled meanwhile, and no other begins", async () => {
    await using story = await given({ plan: [step("one")], answers: { one: [() => away] }, hurry });
    const { id } = await story.start("Write a word");
    await story.settle(id);
    expect(await attemptsOf(story, id)).toEqual([["running", 1, 1]]);

    await cancelRun(story.person, id);
    await story.until(id, ({ tasks }) => tasks.every(({ task }) => task.state.status === "canceled"));

    expect(await attemptsOf(story, id)).toEqual([["canceled", 1, 1]]);
    const [task] = await story.deps.db.tasks.listOfRun(id);
    if (task === undefined) throw new TypeError("The run has a task");
    const turn = { runId: id, taskId: task.id, number: 2 };
    expect(await makeAttempt(story.deps, turn, AbortSignal.timeout(10_000))).toBe("stopped");
    expect(await attemptsOf(story, id)).toEqual([["canceled", 1, 1]]);
    expect((await eventsOf(story, id)).slice(-3).toSorted()).toEqual([
      "attempt.canceled AAS-1",
      "run.canceled canceled",
      "task.canceled AAS-1",
    ]);
  });

  test("ends with its run when that fails", async () => {
    await using story = await given({ plan: [step("one")], answers: { one: [() => away] }, hurry });
    const { id } = await story.start("Write a word");
    await story.settle(id);

    await changeRun(story.person, id, { type: "failed", code: "internal" });
    // The task may just be on its way back to the queue: then whoever leaves it ends the attempt.
    await story.until(id, ({ tasks }) => tasks.every(({ task }) => task.state.status === "queued"));
    await story.until(id, async () =>
      (await attemptsOf(story, id)).every(([status]) => status !== "running"),
    );

    expect(await attemptsOf(story, id)).toEqual([["canceled", 1, 1]]);
  });
});

test("a task that another run takes over is built anew on that run's branch, whatever was handed in before", async () => {
  let isThere = true;
  const leave = (): string => {
    isThere = false;
    return word("one");
  };
  await using story = await given({
    plan: [step("one")],
    answers: { one: [leave, word("one")] },
    deps: ({ checks }) => ({ checks: thatMayBeAway(checks, () => isThere) }),
    hurry,
  });
  const first = await story.start("Write a word");
  await story.settle(first.id);
  await changeRun(story.person, first.id, { type: "failed", code: "internal" });
  expect(await attemptsOf(story, first.id)).toEqual([["completed", 1, 1]]);

  isThere = true;
  const second = await story.start("Finish it", { source: { kind: "tasks", keys: ["AAS-1"] } });
  const run = await story.settle(second.id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await attemptsOf(story, first.id)).toEqual([["abandoned", 1, 1]]);
  expect(await attemptsOf(story, second.id)).toEqual([["completed", 2, 1]]);
  expect(story.model.requests.filter(({ purpose }) => purpose === "build").length).toBe(2);
});

test("a builder whose attempt was settled by others hands in nothing and says nothing more about it", async () => {
  const settleAndAnswer = async (): Promise<string> => {
    const [attempt] = await story.deps.db.attempts.listOfRun(id);
    if (attempt === undefined) throw new TypeError("An attempt is under way");
    const event = { type: "abandoned", reason: "its host is gone" } as const;
    await changeAttempt(story.deps, attempt, event, {
      projectId: story.projectId,
      taskKey: toTaskKey("AAS-1"),
    });
    return word("one", "late");
  };
  await using story: Story = await given({
    plan: [step("one")],
    answers: { one: [settleAndAnswer, word("one")] },
    hurry,
  });
  const { id } = await story.start("Write a word");

  const run = await story.settle(id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await attemptsOf(story, id)).toEqual([
    ["abandoned", 1, 1],
    ["completed", 1, 2],
  ]);
  const received = (await eventsOf(story, id)).filter((event) => event.startsWith("submission.received"));
  expect(received).toEqual(["submission.received AAS-1"]);
  expect(story.troubles).toEqual([]);
});

/** How each attempt of a run stands, its round and its number. */
async function attemptsOf(
  story: Story,
  runId: RunId,
): Promise<readonly (readonly [Attempt["state"]["status"], number, number])[]> {
  const attempts = await story.deps.db.attempts.listOfRun(runId);
  return attempts.map(({ state, round, number }) => [state.status, round, number]);
}

function thatMayBeAway(checks: CheckRunner, isThere: () => boolean): CheckRunner {
  return {
    profile: checks.profile,
    run: async (check, treeFolder, signal) =>
      isThere()
        ? checks.run(check, treeFolder, signal)
        : { kind: "infrastructure", reason: "it is away", cure: "wait", isTransient: true },
  };
}
