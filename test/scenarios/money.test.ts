import { describe, expect, test } from "vitest";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { reservationFor } from "../../src/pipeline/paying/reserve-usage.ts";
import { AasError } from "../../src/domain/errors.ts";
import type { RunPolicy } from "../../src/domain/running/run-policy.ts";
import type { Stage } from "../../src/domain/stage.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, type StoryOptions, word } from "./support/word-book.ts";
import { answerCost, modelPrice, pauseReason, threeWords } from "./support/spending.ts";

describe("a run that spends money", () => {
  test("pauses before a call that could go past the cap, and goes on where it stood when the cap is raised", async () => {
    await using story = await given({
      plan: threeWords,
      price: modelPrice,
      policy: { budgetLimitMicroUsd: 175_000 },
    });
    const { id } = await story.start("Write three words");

    const paused = await story.settle(id);
    expect(paused.state).toEqual({ status: "paused", stage: "implement", reason: "money" });
    const asked = story.model.requests.length;
    expect(asked).toBeLessThan(4);
    await resumeRun(story.person, id, { budgetLimitMicroUsd: 2_000_000 });
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.length).toBe(4);
    expect((await story.summary(id)).spending).toEqual({
      settledMicroUsd: 4 * answerCost,
      reservedMicroUsd: 0,
    });
  });

  test("never has more spent and held back than the cap, with tasks in parallel", async () => {
    const most: number[] = [];
    await using story: Story = await given({
      plan: threeWords,
      price: modelPrice,
      policy: { budgetLimitMicroUsd: 340_000, parallelTasks: 3 },
    });
    const { id } = await story.start("Write three words");

    await story.until(id, async ({ run, spending }) => {
      most.push(spending.settledMicroUsd + spending.reservedMicroUsd);
      return run.state.status === "paused" || run.state.status === "completed";
    });

    expect(Math.max(...most)).toBeGreaterThan(0);
    expect(Math.max(...most)).toBeLessThanOrEqual(340_000);
    for (const request of story.model.requests)
      expect(reservationFor(request, modelPrice)).toBeLessThanOrEqual(340_000);
  });

  test("whose cap is under the price of planning asks nothing at all", async () => {
    await using story = await given({
      plan: threeWords,
      price: modelPrice,
      policy: { budgetLimitMicroUsd: 1_000 },
    });

    const run = await story.settle((await story.start("Write three words")).id);

    expect(run.state).toEqual({ status: "paused", stage: "decompose", reason: "money" });
    expect(story.model.requests).toEqual([]);
  });

  test("told as near the cap says so once", async () => {
    await using story = await given({
      plan: threeWords,
      price: modelPrice,
      policy: { budgetLimitMicroUsd: 5_000_000, budgetWarnMicroUsd: 100_000 },
    });

    const run = await story.settle((await story.start("Write three words")).id);

    expect(run.state.status).toBe("completed");
    const events = await story.deps.db.events.listOfRun(run.id);
    expect(events.filter(({ type }) => type === "budget.warned").length).toBe(1);
  });
});

describe("a provider that wants to be paid", () => {
  const unpaid = new AasError("provider_unpaid", "scripted wants to be paid: no credit.", {
    cure: "Add credit.",
  });

  test.each<[Stage, (isPaid: () => boolean) => Partial<StoryOptions>]>([
    ["decompose", (isPaid) => ({ plan: [() => (isPaid() ? planOf(step("one")) : unpaid)] })],
    ["implement", (isPaid) => ({ answers: { one: [() => (isPaid() ? word("one") : unpaid)] } })],
  ])(
    "pauses the run in %s with the cure, owes nothing, and goes on when it is paid",
    async (stage, options) => {
      let isPaid = false;
      await using story: Story = await given({
        plan: [step("one")],
        answers: { one: [word("one")] },
        price: modelPrice,
        policy: { maxAttempts: 1 },
        ...options(() => isPaid),
      });
      const { id } = await story.start("Write a word");

      const paused = await story.settle(id);
      expect(paused.state).toEqual({ status: "paused", stage, reason: "money" });
      expect(await pauseReason(story, id)).toBe("scripted wants to be paid: no credit. Add credit.");
      expect((await story.summary(id)).spending.reservedMicroUsd).toBe(0);
      isPaid = true;
      await resumeRun(story.person, id);

      expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
      expect((await story.summary(id)).spending).toEqual({
        settledMicroUsd: 2 * answerCost,
        reservedMicroUsd: 0,
      });
    },
  );
});

describe("caps beside the run's own", () => {
  const perRun = { budgetLimitMicroUsd: 10_000_000, budgetWarnMicroUsd: null } as const;

  test.each<[string, Partial<RunPolicy>, RegExp]>([
    [
      "the project",
      { budgetPerProjectMicroUsd: 172_000 },
      /past the cap of the project \(budget\.perProjectUsd\)/u,
    ],
    ["the day", { budgetPerDayMicroUsd: 172_000 }, /past the cap of the day \(budget\.perDayUsd\)/u],
  ])("count every run of %s, and pause the one that would go past them", async (_, caps, reason) => {
    await using story = await given({
      plan: [planOf(step("one")), planOf(step("two"))],
      answers: { one: [word("one")], two: [word("two")] },
      price: modelPrice,
      policy: { ...perRun, ...caps },
    });

    const first = await story.settle((await story.start("Write a word")).id);
    const second = await story.settle((await story.start("Write a word")).id);

    expect(first.state.status).toBe("completed");
    expect(second.state).toMatchObject({ status: "paused", reason: "money" });
    expect(await pauseReason(story, second.id)).toMatch(reason);
  });

  test("hold a run's tokens too", async () => {
    await using story = await given({
      plan: threeWords,
      price: modelPrice,
      policy: { ...perRun, budgetPerRunTokens: 1_500 },
    });

    const run = await story.settle((await story.start("Write three words")).id);

    expect(run.state).toEqual({ status: "paused", stage: "decompose", reason: "money" });
    expect(await pauseReason(story, run.id)).toMatch(
      /tokens past the cap of the run \(budget\.perRunTokens\)/u,
    );
    expect(story.model.requests).toEqual([]);
  });

  test("warn once each, with what is spent and where the cap is", async () => {
    await using story = await given({
      plan: [planOf(step("one")), planOf(step("two"))],
      answers: { one: [word("one")], two: [word("two")] },
      price: modelPrice,
      policy: {
        ...perRun,
        budgetWarnPerDayMicroUsd: 1_000,
        budgetWarnPerProjectMicroUsd: 2_000,
        budgetPerProjectMicroUsd: 50_000_000,
      },
    });

    const first = await story.settle((await story.start("Write a word")).id);
    const second = await story.settle((await story.start("Write a word")).id);

    expect([first.state.status, second.state.status]).toEqual(["completed", "completed"]);
    const warned = (await story.deps.db.events.listAfter(story.projectId, 0, 1_000)).filter(
      ({ type }) => type === "budget.warned",
    );
    expect(warned.map(({ runId, details }) => ({ runId, ...details }))).toEqual([
      {
        runId: first.id,
        purse: "project",
        totalMicroUsd: expect.any(Number),
        warnMicroUsd: 2_000,
        limitMicroUsd: 50_000_000,
      },
      {
        runId: first.id,
        purse: "day",
        totalMicroUsd: expect.any(Number),
        warnMicroUsd: 1_000,
        limitMicroUsd: null,
      },
    ]);
  });
});
