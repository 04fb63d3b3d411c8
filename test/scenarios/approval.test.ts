import { expect, test } from "vitest";
import { decideApproval, findQuestion } from "../../src/pipeline/control/decide-approval.ts";
import { approve, refuse } from "./support/person.ts";
import { contentOf, headOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given } from "./support/word-book.ts";

const asked = { mergeAuto: false, requireApproval: true };

test("with a yes exactly the commit that was asked about lands", async () => {
  await using story = await given({ plan: [step("one")], policy: asked });
  const before = story.repository.head();
  const { id } = await story.start("Write a word");

  const waiting = await story.settle(id);
  const [approval] = (await story.summary(id)).pendingApprovals;
  expect(waiting.state).toEqual({ status: "paused", stage: "deploy", reason: "approval" });
  expect(approval?.question).toBe(`Merge ${approval?.sha.slice(0, 8)} into main?`);
  expect(await headOf(story)).toBe(before);
  await approve(story, id);
  const run = await story.settle(id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await headOf(story)).toBe(approval?.sha);
});

test("with a no the run fails as rejected, with the reason, and the base is as it was", async () => {
  await using story = await given({ plan: [step("one")], policy: asked });
  const before = story.repository.head();
  const { id } = await story.start("Write a word");

  await story.settle(id);
  await refuse(story, id, "we do not want this word");
  const run = await story.settle(id);

  expect(run.state).toEqual({ status: "failed", stage: "deploy", code: "rejected" });
  expect(run.error?.message).toBe("A person said no: we do not want this word");
  expect(await headOf(story)).toBe(before);
});

test("an approval is void when the commit moved, and the new one is asked about", async () => {
  await using story = await given({ plan: [step("one")], policy: asked });
  const { id } = await story.start("Write a word");
  await story.settle(id);
  const [first] = (await story.summary(id)).pendingApprovals;

  const theirs = story.repository.commit("meanwhile", { "words/theirs.txt": "theirs\n" });
  await approve(story, id);
  const again = await story.settle(id);

  expect(again.state).toEqual({ status: "paused", stage: "deploy", reason: "approval" });
  const approvals = await story.deps.db.queue.listApprovals(id);
  expect(approvals.map(({ state }) => state.status)).toEqual(["voided", "pending"]);
  const [, second] = approvals;
  expect(second?.sha).not.toBe(first?.sha);
  expect(await headOf(story)).toBe(theirs);

  await approve(story, id);
  const run = await story.settle(id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await headOf(story)).toBe(second?.sha);
  expect(await contentOf(story, await headOf(story), "words/theirs.txt")).toBe("theirs\n");
});

test("what people are shown is the commit that they are asked about, also after it moved", async () => {
  await using story = await given({ plan: [step("one")], policy: asked, home: "remote" });
  const { id } = await story.start("Write a word");
  await story.settle(id);
  story.repository.commit("meanwhile", { "words/theirs.txt": "theirs\n" });
  story.repository.git("push", "--quiet", story.base.folder, "main");
  await approve(story, id);
  await story.settle(id);

  const [pending] = (await story.summary(id)).pendingApprovals;

  const staged = story.base.git("for-each-ref", "--format=%(objectname)", "refs/heads/staging/");
  expect(staged).toBe(pending?.sha);
});

test("a second person who read the first commit cannot approve the one that took its place", async () => {
  await using story = await given({ plan: [step("one")], policy: asked });
  const { id } = await story.start("Write a word");
  await story.settle(id);
  const [read] = (await story.summary(id)).pendingApprovals;
  if (read === undefined) throw new Error("Nothing is asked.");
  const theirs = story.repository.commit("meanwhile", { "words/theirs.txt": "theirs\n" });
  await approve(story, id);
  await story.settle(id);

  await expect(decideApproval(story.person, read, { kind: "yes" })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("what it was about has changed since") as string,
  });
  await expect(findQuestion(story.person, id, read.sha)).rejects.toMatchObject({ code: "conflict" });
  expect((await story.settle(id)).state).toEqual({ status: "paused", stage: "deploy", reason: "approval" });
  expect(await headOf(story)).toBe(theirs);
});
