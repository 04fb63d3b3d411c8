import { describe, expect, test } from "vitest";
import { FencedEdits } from "../../src/adapters/edits/fenced-edits.ts";
import { costOf, type Price, plainPrice, plainTokens } from "../../src/domain/price.ts";
import { makeModelBuilder } from "../../src/pipeline/building/model-builder.ts";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import type { PipelineDeps } from "../../src/pipeline/pipeline-deps.ts";
import { reservationFor } from "../../src/pipeline/reserve-usage.ts";
import { freeOfCharge } from "../../src/testing/scripted-model.ts";
import type { Builder } from "../../src/ports/builder.ts";
import type { Model } from "../../src/ports/model.ts";
import { headOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

const modelPrice = plainPrice(1_000_000, 10_000_000);
/** What a scripted answer costs: a thousand tokens in, five hundred out. */
const answerCost = costOf(plainTokens(1000, 500), modelPrice);
const threeWords = [step("one"), step("two"), step("three")];

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

describe("a price that nobody knows is a question, not zero", () => {
  test("before planning", async () => {
    await using story = await given({ plan: threeWords, price: null });

    const run = await story.settle((await story.start("Write three words")).id);

    expect(run.state).toEqual({ status: "paused", stage: "decompose", reason: "money" });
    expect(await lastReason(story, run.id)).toBe(
      "The price of scripted scripted-1 is not known. Set it in aas.config.jsonc under models.prices.",
    );
    expect(story.model.requests).toEqual([]);
  });

  test("before building, and the attempt goes on when it is known", async () => {
    let known: typeof freeOfCharge | null = null;
    await using story: Story = await given({
      plan: threeWords,
      deps: (deps) => ({ builders: { ...deps.builders, model: pricedLater(deps, () => known) } }),
    });
    const before = story.repository.head();
    const { id } = await story.start("Write three words");

    const paused = await story.settle(id);
    expect(paused.state).toEqual({ status: "paused", stage: "implement", reason: "money" });
    expect(story.model.requests.map(({ purpose }) => purpose)).toEqual(["decompose"]);
    expect(await headOf(story)).toBe(before);
    known = freeOfCharge;
    await resumeRun(story.person, id);

    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
    const attempts = await story.deps.db.attempts.listOfRun(id);
    expect(attempts.filter(({ state }) => state.status === "abandoned")).toEqual([]);
  });
});

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

/** The builder of the scenario, over the same model whose price is asked for each time. */
function pricedLater(deps: PipelineDeps, price: () => Price | null): Builder {
  const { model } = deps;
  if (model === null) throw new TypeError("The scenario has a model");
  const { provider, name } = model;
  const priced: Model = {
    provider,
    name,
    complete: (request, signal) => model.complete(request, signal),
    get price() {
      return price();
    },
  };
  return makeModelBuilder({ ...deps, model: priced, edits: new FencedEdits() });
}

async function lastReason(story: Story, id: Parameters<Story["summary"]>[0]): Promise<string | null> {
  return (await story.deps.db.events.listOfRun(id)).at(-1)?.reason ?? null;
}
