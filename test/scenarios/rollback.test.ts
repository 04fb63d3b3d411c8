import { expect, test } from "vitest";
import { requestRollback } from "../../src/pipeline/control/request-rollback.ts";
import { contentOf, headOf, statesOf } from "./support/looking.ts";
import { rollBack } from "./support/person.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, word } from "./support/word-book.ts";

test("a landed run is undone by a commit on top, and everything that followed from it says so", async () => {
  await using story = await given({ plan: [step("one")] });
  const before = story.repository.head();
  const { id } = await story.settle((await story.start("Write a word")).id);
  const landed = await headOf(story);

  const { state } = await rollBack(story, id);

  const head = await headOf(story);
  expect(state).toEqual({ status: "completed", revertSha: head });
  expect(await story.deps.git.parentsOf(head)).toEqual([landed]);
  expect(await story.deps.git.treeOf(head)).toBe(await story.deps.git.treeOf(before));
  const summary = await story.summary(id);
  expect(summary.isRolledBack).toBe(true);
  expect(summary.run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await statesOf(story, id)).toEqual({ "Write one": "Needs Review" });
  expect(await story.deps.git.messageOf(head)).toContain(`This reverts commit ${landed}.\nit was a mistake`);
});

test("a rollback takes back its own run and keeps what landed since", async () => {
  const plans = [planOf(step("one")), planOf(step("two"))];
  await using story = await given({ plan: plans, answers: { one: [word("one")], two: [word("two")] } });
  const first = await story.settle((await story.start("Write a word")).id);
  await story.settle((await story.start("Write another")).id);

  const { state } = await rollBack(story, first.id);

  expect(state.status).toBe("completed");
  expect(await contentOf(story, await headOf(story), "words/one.txt")).toBeNull();
  expect(await contentOf(story, await headOf(story), "words/two.txt")).toBe("two\n");
});

test("a rollback that conflicts with what landed since fails with the file named, and changes nothing", async () => {
  const plans = [planOf(step("one")), planOf(step("two", { files: ["words/one.txt"] }))];
  const answers = { one: [word("one")], two: [word("one", "one more")] };
  await using story = await given({ plan: plans, answers });
  const first = await story.settle((await story.start("Write a word")).id);
  await story.settle((await story.start("Write over it")).id);
  const before = await headOf(story);

  const { state } = await rollBack(story, first.id);

  expect(state).toEqual({ status: "failed", reason: "conflict: words/one.txt" });
  expect(await headOf(story)).toBe(before);
  expect((await story.summary(first.id)).isRolledBack).toBe(false);
});

test("what did not land cannot be rolled back, and what is rolled back is not rolled back twice", async () => {
  await using story = await given({ plan: [step("one")], policy: { requireApproval: true } });
  const waiting = await story.settle((await story.start("Write a word")).id);
  await expect(requestRollback(story.person, waiting.id, "no")).rejects.toMatchObject({ code: "conflict" });
  const landed = await story.start("Write it", { policy: story.policy({ requireApproval: false }) });
  await story.settle(landed.id);

  const once = await rollBack(story, landed.id);
  const head = await headOf(story);
  const twice = await rollBack(story, landed.id);

  expect(twice.id).toBe(once.id);
  expect(await headOf(story)).toBe(head);
});
