import { describe, expect, test } from "vitest";
import { FencedEdits } from "../../src/adapters/edits/fenced-edits.ts";
import type { Price } from "../../src/domain/money/price.ts";
import { makeModelBuilder } from "../../src/pipeline/building/model-builder.ts";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import type { PipelineDeps } from "../../src/pipeline/pipeline-deps.ts";
import { freeOfCharge } from "../../src/testing/scripted-model.ts";
import { composePrices } from "../../src/app/composing/compose-prices.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import type { Builder } from "../../src/ports/builder.ts";
import type { Model } from "../../src/ports/model.ts";
import { headOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";
import { answerCost, pauseReason, threeWords } from "./support/spending.ts";

describe("a price that nobody knows is a question, not zero", () => {
  test("before planning", async () => {
    await using story = await given({ plan: threeWords, price: null });

    const run = await story.settle((await story.start("Write three words")).id);

    expect(run.state).toEqual({ status: "paused", stage: "decompose", reason: "money" });
    expect(await pauseReason(story, run.id)).toBe(
      "The price of scripted scripted-1 is not known. Set it in aas.config.jsonc on the base branch, under models.prices.",
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

test("models.prices says what a model costs that the list does not know", async () => {
  const text = '{ "models": { "prices": { "scripted-1": { "input": 1, "output": 10 } } } }';
  await using story = await given({
    plan: [step("one")],
    price: null,
    prices: composePrices(parseConfig(text, "aas.config.jsonc").config),
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect((await story.summary(run.id)).spending.settledMicroUsd).toBe(2 * answerCost);
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
