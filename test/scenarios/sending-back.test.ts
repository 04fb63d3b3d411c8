import { describe, expect, test } from "vitest";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { approve, refuse } from "./support/person.ts";
import { contentOf, eventsOf, headOf, statesOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

/** Two words; while the second is written a person commits to the base. */
async function overtaken(
  files: Readonly<Record<string, string>>,
  answers: Parameters<typeof given>[0]["answers"] = {},
): Promise<Story> {
  let isCommitted = false;
  const story: Story = await given({
    plan: [step("one"), step("two", { after: ["one"] })],
    answers: {
      one: [word("one"), word("one", "eins")],
      two: [
        () => {
          if (!isCommitted) story.repository.commit("meanwhile", files);
          isCommitted = true;
          return word("two");
        },
      ],
      ...answers,
    },
  });
  return story;
}

function buildsOf(story: Story): readonly string[] {
  return story.model.requests
    .filter(({ purpose }) => purpose === "build")
    .map(({ prompt }) => /^## Task\n(?<title>.*)$/mu.exec(prompt)?.groups?.["title"] ?? "");
}

describe("a run whose work the queue rejected, when it is retried", () => {
  test("after a conflict builds again what does not fit onto the base as it is now, and keeps the rest", async () => {
    await using story = await overtaken(
      { "words/one.txt": "uno\n" },
      { one: [word("one"), ({ prompt }) => word("one", prompt.includes("uno") ? "uno eins" : "BROKEN")] },
    );
    const { id } = await story.start("Write two words");
    const failed = await story.settle(id);
    expect(failed.state).toEqual({ status: "failed", stage: "validate", code: "conflict" });
    expect(failed.error?.cure).toBe(`aas automate retry ${id} --hint "…"`);

    await retryRun(story.person, id, { hint: null, force: false });
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(buildsOf(story)).toEqual(["Write one", "Write two", "Write one"]);
    const landed = await headOf(story);
    expect(await contentOf(story, landed, "words/one.txt")).toBe("uno eins\n");
    expect(await contentOf(story, landed, "words/two.txt")).toBe("two\n");
    expect(await eventsOf(story, id)).toContain(`base.moved ${run.baseSha}`);
    expect(await statesOf(story, id)).toEqual({ "Write one": "Done", "Write two": "Done" });
  });

  test("after checks that fail on a newer base builds again what fails there, and tells it why", async () => {
    await using story = await overtaken({ "words/theirs.txt": "one\n" });
    const { id } = await story.start("Write two words");
    expect((await story.settle(id)).state).toMatchObject({ status: "failed", code: "validation_failed" });

    await retryRun(story.person, id, { hint: null, force: false });
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(buildsOf(story)).toEqual(["Write one", "Write two", "Write one"]);
    expect(story.model.requests.at(-1)?.prompt).toContain("twice: one");
    expect(await contentOf(story, await headOf(story), "words/one.txt")).toBe("eins\n");
  });

  test("with a hint builds all of it again, and tells it the hint and the failure", async () => {
    await using story = await overtaken({ "words/theirs.txt": "one\n" });
    const { id } = await story.start("Write two words");
    await story.settle(id);

    await retryRun(story.person, id, { hint: "write German", force: false });
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(buildsOf(story)).toEqual(["Write one", "Write two", "Write one", "Write two"]);
    expect(story.model.requests.at(-2)?.prompt).toMatch(
      /## A person says\nwrite German\n\nWhat was built before did not land:\n.*twice: one/su,
    );
  });

  test("after a person's no with a hint builds it again and asks about the new commit", async () => {
    await using story = await given({
      plan: [step("one")],
      answers: { one: [word("one"), word("one", "eins")] },
      policy: { requireApproval: true },
    });
    const { id } = await story.start("Write a word");
    await story.settle(id);
    await refuse(story, id, "in German, please");
    await story.settle(id);

    await retryRun(story.person, id, { hint: "write German", force: false });
    expect((await story.settle(id)).state).toEqual({ status: "paused", stage: "deploy", reason: "approval" });
    await approve(story, id);

    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
    expect(await contentOf(story, await headOf(story), "words/one.txt")).toBe("eins\n");
  });
});

describe("tasks that need review in a run whose other tasks are built", () => {
  test("are not queued where nobody would build them: another run does when this one has landed", async () => {
    await using story = await given({
      plan: [step("one"), step("bad"), step("worse", { after: ["bad"] }), step("two")],
      answers: { bad: [word("bad", "BROKEN"), word("bad", "good")] },
      policy: { maxAttempts: 1, requireApproval: true },
    });
    const { id } = await story.start("Write words");
    expect((await story.settle(id)).state).toEqual({ status: "paused", stage: "deploy", reason: "approval" });
    const before = await statesOf(story, id);
    const refused = { code: "conflict", cure: "aas automate --tasks AAS-2,AAS-3" };

    const retry = { hint: "no swearing", force: false };
    await expect(retryRun(story.person, id, retry)).rejects.toMatchObject(refused);
    expect(await statesOf(story, id)).toEqual(before);
    await approve(story, id);
    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "partial" });
    await expect(retryRun(story.person, id, retry)).rejects.toMatchObject(refused);
    const rest = await story.start("Finish them", {
      source: { kind: "tasks", keys: ["AAS-2", "AAS-3"] },
      policy: story.policy({ requireApproval: false }),
    });

    expect((await story.settle(rest.id)).state).toEqual({ status: "completed", outcome: "full" });
  });
});
