import { expect, test } from "vitest";
import type { Model, ModelReply } from "../../ports/model.ts";
import { scriptedModel } from "../../testing/scripted-model.ts";
import { tellSilence } from "./tell-silence.ts";

const question = {
  purpose: "decompose",
  promptVersion: "plan.v1",
  system: "",
  prompt: "Plan it.",
  schema: null,
  maxOutputTokens: 100,
};

function ask(model: Model): Promise<ModelReply> {
  return model.complete(question, new AbortController().signal);
}

test("whoever waits is told of it at twice the time each, until the answer is there", async () => {
  const told: [string, number][] = [];
  const thirdWord = Promise.withResolvers<string>();
  const model = tellSilence(
    scriptedModel(() => thirdWord.promise),
    (provider, waitedMs) => {
      told.push([provider, waitedMs]);
      if (told.length === 3) thirdWord.resolve("the plan");
    },
    5,
  );

  const reply = await ask(model);

  expect(reply.text).toBe("the plan");
  expect(told).toEqual([
    ["scripted", 5],
    ["scripted", 10],
    ["scripted", 20],
  ]);
});

test("nothing is told of an answer that is there, or of a question that failed", async () => {
  const told: string[] = [];
  const longerSilence = Promise.withResolvers<string>();

  await ask(
    tellSilence(
      scriptedModel(() => "yes"),
      () => told.push("answered"),
      5,
    ),
  );
  await expect(
    ask(
      tellSilence(
        scriptedModel(() => new Error("gone")),
        () => told.push("failed"),
        5,
      ),
    ),
  ).rejects.toThrow("gone");
  const waiting = scriptedModel(() => longerSilence.promise);
  await ask(tellSilence(waiting, () => longerSilence.resolve("at last"), 20));

  expect(told).toEqual([]);
});

test("what the model is stays as it was", () => {
  const { complete: _, ...facts } = tellSilence(
    { ...scriptedModel(() => ""), tiers: ["flex", "standard"] },
    () => {},
  );

  expect(facts).toEqual({
    provider: "scripted",
    name: "scripted-1",
    price: { rates: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 }, longPrompts: [] },
    tiers: ["flex", "standard"],
  });
});
