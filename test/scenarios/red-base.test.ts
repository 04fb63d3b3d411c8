import { describe, expect, test } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { reportRun } from "../../src/pipeline/queries/run-report.ts";
import { nodeTestCheck } from "../../src/testing/samples.ts";
import { eventsOf, headOf, statesOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

/** While the model writes its word a person commits, and main is red from then on. */
async function madeRed(files: Readonly<Record<string, string>>): Promise<Story & { readonly run: Run }> {
  const story: Story = await given({
    plan: [step("one")],
    answers: {
      one: [
        () => {
          story.repository.commit("meanwhile", files);
          return word("one");
        },
      ],
    },
  });
  return { ...story, run: await story.settle((await story.start("Write a word")).id) };
}

/** Red by itself, and a word that clashes with the one of the run. */
const redAndClashing = { "words/again.txt": "start\n", "words/theirs.txt": "one\n" };

describe("a base that became red while a run worked", () => {
  test("hides nothing of what the change breaks: nothing lands, and the commit since which it is red is told", async () => {
    await using story = await madeRed(redAndClashing);
    const { run } = story;
    const theirs = await headOf(story);

    expect(run.state).toEqual({ status: "failed", stage: "validate", code: "base_red" });
    expect(run.error).toEqual({
      code: "base_red",
      message: `main is red without this change, since ${theirs.slice(0, 8)} "meanwhile": words: failing: words`,
      cure: `Mend it there, then: aas automate retry ${run.id} --hint "…"`,
    });
    expect(run.stageResults.at(-1)?.errors).toContain("words: twice: start");
    expect(story.base.git("log", "-1", "--format=%s", "main").trim()).toBe("meanwhile");
  });

  test("blames nobody: the work stays collected, and lands by a retry when the base is mended", async () => {
    await using story = await madeRed({ "words/again.txt": "start\n" });
    const { run } = story;
    expect(await statesOf(story, run.id)).toEqual({ "Write one": "In Progress" });
    story.repository.commit("mend it", { "words/again.txt": "again\n" });

    await retryRun(story.person, run.id, { hint: "mended", force: false });
    const retried = await story.settle(run.id);

    expect(retried.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.filter(({ purpose }) => purpose === "build")).toHaveLength(1);
    expect(await eventsOf(story, run.id)).not.toContain("task.requeued AAS-1");
  });

  test("says how many commits it may be since", async () => {
    await using story: Story = await given({
      plan: [step("one")],
      answers: {
        one: [
          () => {
            story.repository.commit("a word", { "words/first.txt": "first\n" });
            story.repository.commit("another", { "check.sh": "echo everything is broken; exit 1\n" });
            return word("one");
          },
        ],
      },
    });
    const run = await story.settle((await story.start("Write a word")).id);

    const begun = run.baseSha.slice(0, 8);
    expect(run.error?.message).toContain(`since one of the 2 commits after ${begun}, the last of them`);
    expect(run.stageResults.at(-1)?.errors.join("\n")).toContain("everything is broken");
  });
});

test("a base whose tests cannot be loaded says why, though its report does not", async () => {
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
  const [node = "", flag = "", ...rest] = nodeTestCheck().command;
  await using story = await given({
    plan: [step("one")],
    files: { "a.test.mjs": 'import "left-pad";\n' },
    policy: { checks: [nodeTestCheck({ command: [node, flag, ...reporters, ...rest] })] },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "failed", stage: "decompose", code: "base_red" });
  expect(run.stageResults.at(-1)?.errors.join("\n")).toContain("Cannot find package 'left-pad'");
  expect(run.error?.cure).toMatch(/^left-pad is not in the sandbox: .+ Mend it, then: /u);
});

test("a retry of a run whose base was red looks at the base as it is now", async () => {
  await using story = await given({
    plan: [step("one")],
    files: { "check.sh": "echo the roof is open; exit 1\n", "words/start.txt": "start\n" },
  });
  const failed = await story.settle((await story.start("Write a word")).id);
  expect(failed.error).toMatchObject({ code: "base_red" });
  expect(failed.error?.cure).toContain(`Mend it, then: aas automate retry ${failed.id}`);
  const mended = story.repository.commit("close the roof", { "check.sh": "exit 0\n" });

  await retryRun(story.person, failed.id, { hint: "mended", force: false });
  const run = await story.settle(failed.id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(run.baseSha).toBe(mended);
  expect(await eventsOf(story, run.id)).toContain(`base.moved ${mended}`);
});

test("on a base that is allowed to be red, a check that fails as before is told as what it is", async () => {
  await using story = await given({
    plan: [step("one")],
    files: { "check.sh": "exit 1\n", "words/start.txt": "start\n" },
    policy: { allowRedBase: true },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  const { judged } = await reportRun(story.deps, run.id);
  expect(judged?.validation.checks.map(({ state }) => state)).toEqual([
    { status: "forgiven", reason: "fails as before: words" },
  ]);
  expect(run.stageResults.find(({ stage }) => stage === "validate")?.warnings).toEqual([
    "words fails as before: words",
  ]);
});
