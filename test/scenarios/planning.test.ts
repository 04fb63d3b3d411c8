import { describe, expect, test } from "vitest";
import { composePlanners } from "../../src/app/composing/compose-planners.ts";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, word } from "./support/word-book.ts";

describe("a plan that cannot be used", () => {
  test("is asked for again with the complaint, and the third may be good", async () => {
    const circle = planOf(step("one", { after: ["two"] }), step("two", { after: ["one"] }));
    await using story = await given({
      plan: ["I would rather not.", circle, planOf(step("one"))],
      answers: { one: [word("one")] },
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const [, second, third] = story.model.requests;
    expect(second?.prompt).toContain(
      "## Your last answer could not be used\nThe answer holds no JSON object.",
    );
    expect(third?.prompt).toContain('These tasks wait for each other: "one", "two".');
  });

  test("three times over pauses the run, and never becomes one task by itself; a plan by hand lets it go on", async () => {
    await using story = await given({ plan: ["No."], answers: { one: [word("one")] } });

    const paused = await story.settle((await story.start("Write a word")).id);
    expect(paused.state).toEqual({ status: "paused", stage: "decompose", reason: "needs_plan" });
    expect((await story.summary(paused.id)).tasks).toEqual([]);
    expect(story.model.requests.length).toBe(3);
    await resumeRun(story.person, paused.id, { source: { kind: "plan", json: planOf(step("one")) } });
    const run = await story.settle(paused.id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.filter(({ purpose }) => purpose === "decompose").length).toBe(3);
  });
});

test("the third question shows less of the repository, and says so", async () => {
  const files = Object.fromEntries(
    [...Array(400).keys()].map((index) => [`docs/part${index % 20}/page${index}.md`, "."]),
  );
  await using story = await given({ files, policy: { checks: [] }, plan: ["No."] });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toMatchObject({ status: "paused", reason: "needs_plan" });
  const [first, second, third] = story.model.requests.map(({ prompt }) => prompt);
  expect(first).toContain("docs/part7/page387.md");
  expect(second).toContain("docs/part7/page387.md");
  expect(third).not.toContain("page387");
  expect(third).toContain("docs/part7/ (20 files)");
  expect(third).toContain("the names of 320 of 400 files");
});

test("another repository is asked about in another way, and the version of the prompt is written down", async () => {
  const plan = [planOf(step("one"))];
  const answers = { one: [word("one")] };
  const go = { "check.sh": "true\n", "words/start.txt": "", "src/main.go": "package main\n" };
  await using story = await given({ plan, answers });
  await using other = await given({ plan, answers, files: go });

  const run = await story.settle((await story.start("Write a word")).id);
  await other.settle((await other.start("Write a word")).id);

  const [here, there] = [story, other].map(({ model }) => model.requests[0]?.prompt);
  expect(here).not.toBe(there);
  expect(there).toContain("## Languages\nGo");
  const usages = await story.deps.db.usage.listOfRun(run.id);
  const { plan: asked, build } = story.deps.prompts;
  expect(usages.map(({ promptVersion }) => promptVersion)).toEqual([asked.version, build.version]);
});

test("a goal that a blueprint serves is not paid for, though a model is there", async () => {
  await using story = await given({
    plan: ["unused"],
    deps: async ({ prompts }) => ({
      planners: await composePlanners(prompts, () => Promise.reject(new Error("It was asked."))),
    }),
  });

  const { id } = await story.start("Create a hello world plugin");
  const { tasks: planned } = await story.until(id, ({ tasks: all }) => all.length > 0);

  expect(planned.map(({ task }) => task.builder.kind)).toEqual(["blueprint"]);
  expect(story.model.requests).toEqual([]);
});
