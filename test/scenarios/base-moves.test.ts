import { describe, expect, test } from "vitest";
import { contentOf, eventsOf, headOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

/** A model that is overtaken by a person: while it writes its word, they commit. */
async function overtaken(
  files: Readonly<Record<string, string>>,
): Promise<Story & { readonly theirs: () => string }> {
  let theirs = "";
  const story: Story = await given({
    plan: [step("one")],
    answers: {
      one: [
        () => {
          theirs = story.repository.commit("meanwhile", files);
          return word("one");
        },
      ],
    },
  });
  return { ...story, theirs: () => theirs };
}

describe("when a person commits to the base while the run works", () => {
  test("the candidate is made on what is there now, tested again, and lands on top", async () => {
    await using story = await overtaken({ "words/theirs.txt": "theirs\n" });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const landed = await headOf(story);
    expect(await story.deps.git.parentsOf(landed)).toEqual([story.theirs()]);
    expect(await contentOf(story, landed, "words/theirs.txt")).toBe("theirs\n");
    expect(await contentOf(story, landed, "words/one.txt")).toBe("one\n");
    const tree = await story.deps.git.treeOf(landed);
    expect(story.checkRuns.map((each) => each.tree)).toContain(tree);
  });

  test("and both fail together, nothing lands and the failing check is named", async () => {
    await using story = await overtaken({ "words/theirs.txt": "one\n" });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "failed", stage: "validate", code: "validation_failed" });
    expect(run.stageResults.at(-1)?.errors.join("\n")).toContain("words: twice: one");
    expect(await headOf(story)).toBe(story.theirs());
  });

  test("and both changed the same lines, the run fails with the file named and the base is theirs", async () => {
    await using story = await overtaken({ "words/one.txt": "uno\n" });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "failed", stage: "validate", code: "conflict" });
    expect(run.error?.message).toBe("The base branch moved and conflicts in words/one.txt.");
    expect(await headOf(story)).toBe(story.theirs());
    const events = await eventsOf(story, run.id);
    expect(events.filter((event) => event.startsWith("integration.landed"))).toEqual([]);
  });
});

test("when the base branch is deleted while the run works, the run fails with the cure", async () => {
  await using story: Story = await given({
    plan: [step("one")],
    home: "remote",
    answers: {
      one: [
        () => {
          story.base.git("update-ref", "-d", "refs/heads/main");
          return word("one");
        },
      ],
    },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "failed", stage: "validate", code: "environment" });
  expect(run.error).toEqual({
    code: "environment",
    message: "The base branch main does not exist any more.",
    cure: "Create it again, or set base in aas.config.jsonc.",
  });
});

test("a run whose base branch is not there is refused before anything is recorded", async () => {
  await using story = await given({ plan: [step("one")] });

  const starting = story.start("Write a word", { baseBranch: "release" });

  await expect(starting).rejects.toMatchObject({ code: "base_missing", cure: "aas init" });
  expect(story.model.requests).toEqual([]);
});
