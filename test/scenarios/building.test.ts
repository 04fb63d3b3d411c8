import { expect, test } from "vitest";
import { triesUsed } from "../../src/domain/attempt.ts";
import type { Finish } from "../../src/domain/finish.ts";
import type { Story } from "./support/word-book.ts";
import { given, word } from "./support/word-book.ts";
import { step } from "./support/plan-of.ts";
import { contentOf, headOf, statesOf } from "./support/looking.ts";
import { meeting } from "./support/meeting.ts";

test("two tasks that need nothing of each other are built at the same time and land as one commit", async () => {
  const both = meeting(2);
  const whenBothAreAtWork = (id: string) => async () => {
    await both.arrive();
    return word(id);
  };
  await using story = await given({
    plan: [step("one"), step("two")],
    answers: { one: [whenBothAreAtWork("one")], two: [whenBothAreAtWork("two")] },
  });
  const before = story.repository.head();

  const run = await story.settle((await story.start("Write two words")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  const landed = await headOf(story);
  expect(await story.deps.git.parentsOf(landed)).toEqual([before]);
  expect(await contentOf(story, landed, "words/one.txt")).toBe("one\n");
  expect(await contentOf(story, landed, "words/two.txt")).toBe("two\n");
  expect(await statesOf(story, run.id)).toEqual({ "Write one": "Done", "Write two": "Done" });
});

test("a task that needs another one starts from what that one wrote", async () => {
  await using story = await given({
    plan: [step("one"), step("two", { after: ["one"], files: ["words/"] })],
    answers: {
      two: [({ prompt }) => word("two", prompt.includes("--- words/one.txt\none") ? "2nd" : "lost")],
    },
  });

  const run = await story.settle((await story.start("Write a chain")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await contentOf(story, await headOf(story), "words/two.txt")).toBe("2nd\n");
});

test("a failed attempt is made again with the exact failure in the prompt", async () => {
  await using story = await given({
    plan: [step("one")],
    answers: { one: [word("one", "BROKEN"), word("one", "mended")] },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  const [, , second] = story.model.requests;
  expect(second?.prompt).toContain("## The last attempt failed\nwords: passed before, not now: words");
  expect(second?.prompt).toContain("words: broken: words/one.txt");
  expect(await attemptsOf(story, run.id)).toEqual(["failed", "completed"]);
});

test("a task whose attempts are used up needs review; its dependants stay blocked and the others go on", async () => {
  await using story = await given({
    plan: [step("bad"), step("behind", { after: ["bad"] }), step("one"), step("two")],
    answers: { bad: [word("bad", "BROKEN")] },
    policy: { maxAttempts: 2 },
  });

  const run = await story.settle((await story.start("Write four words")).id);

  expect(await statesOf(story, run.id)).toEqual({
    "Write bad": "Needs Review",
    "Write behind": "Blocked",
    "Write one": "Done",
    "Write two": "Done",
  });
  const bad = (await story.summary(run.id)).tasks.find(({ task }) => task.title === "Write bad");
  expect(bad?.task.state).toEqual({
    status: "needs_review",
    reason: "2 attempts failed, the last: words: passed before, not now: words",
  });
  const kept = await story.deps.git.listRefs(`refs/heads/aas/task/${run.id}/${bad?.task.key}/`);
  expect([...kept.keys()].map((ref) => ref.split("/").at(-1))).toEqual(["1.1", "1.2"]);
});

test("when half of the tasks are collected these land and the run is partial", async () => {
  await using story = await given({
    plan: [step("good"), step("bad")],
    answers: { bad: [word("bad", "BROKEN")] },
    policy: { maxAttempts: 1 },
  });

  const run = await story.settle((await story.start("Write two words")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "partial" });
  const landed = await headOf(story);
  expect(await contentOf(story, landed, "words/good.txt")).toBe("good\n");
  expect(await contentOf(story, landed, "words/bad.txt")).toBeNull();
  expect(run.stageResults.find((each) => each.stage === "implement")?.status).toBe("partial");
});

test("when fewer than half are collected the run fails and nothing lands", async () => {
  await using story = await given({
    plan: [step("good"), step("bad"), step("worse")],
    answers: { bad: [word("bad", "BROKEN")], worse: [word("worse", "BROKEN")] },
    policy: { maxAttempts: 1 },
  });
  const before = story.repository.head();

  const run = await story.settle((await story.start("Write three words")).id);

  expect(run.state).toEqual({ status: "failed", stage: "implement", code: "implementation_failed" });
  expect(run.error?.message).toMatch(
    /^1 of 3 tasks could be built: AAS-2 needs review: .*; AAS-3 needs review/u,
  );
  expect(await headOf(story)).toBe(before);
});

async function attemptsOf(story: Story, runId: Parameters<Story["summary"]>[0]): Promise<readonly string[]> {
  const { tasks } = await story.summary(runId);
  return tasks.flatMap(({ attempts }) => attempts.map((attempt) => attempt.state.status));
}

test.each<[string, Finish, number]>([
  ["ends in words of its own server is applied as it is", "other", 0],
  ["was cut off is not, however much of it is there", "length", 1],
])("an answer that %s", async (_name, finish, tries) => {
  const reply = { text: word("one"), finish, usage: null, model: null };
  await using story = await given({ plan: [step("one")], answers: { one: [() => reply, word("one")] } });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  const [task] = (await story.summary(run.id)).tasks;
  expect(triesUsed(task?.attempts ?? [], task?.task.round ?? -1)).toBe(tries);
});
