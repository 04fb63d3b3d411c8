import { expect, test } from "vitest";
import { summarizeRun } from "../../src/pipeline/queries/run-summary.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given } from "./support/word-book.ts";

test("a run whose provider is silent tells since when it was asked, until there is an answer", async () => {
  const silence = Promise.withResolvers<string>();
  await using story = await given({ plan: [() => silence.promise], answers: { one: [] } });
  const { id } = await story.start("Write one");
  await story.until(id, () => story.model.requests.length === 1);

  const { openCalls } = await summarizeRun(story.deps, id);

  const [asked] = await story.deps.db.usage.listOfRun(id);
  expect(openCalls).toEqual([{ provider: "scripted", purpose: "decompose", askedAt: asked?.createdAt }]);
  silence.resolve(planOf(step("one")));
  await story.settle(id);
  expect((await summarizeRun(story.deps, id)).openCalls).toEqual([]);
});
