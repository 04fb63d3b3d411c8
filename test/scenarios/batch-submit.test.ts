import { describe, expect, test } from "vitest";
import { releaseRun } from "../../src/pipeline/control/release-run.ts";
import { chooseForAnalysis } from "../../src/pipeline/control/submit-analyses.ts";
import { addWord } from "./support/analysing.ts";
import { batchesCreated, openBoard, submit, submitNew, wishOf } from "./support/batch-board.ts";

describe("nothing is submitted twice", () => {
  test("not by a second look, not by two looks at once, and not after the run has ended", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    await addWord(story, "two");

    const looks = await Promise.all([submit(story, null), submit(story, null), submit(story, null)]);
    const again = await submit(story, null);

    const runs = looks.flatMap((look) => (look.kind === "submitted" ? [look.run] : []));
    expect([runs.length, again.kind]).toEqual([1, "nothing_new"]);
    for (const { id } of runs) {
      await releaseRun(story.person, await story.settle(id));
      await story.settle(id);
    }
    expect((await submit(story, null)).kind).toBe("nothing_new");
    expect(await batchesCreated(story)).toBe(1);
  });

  test("a task that came later goes out alone", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    await submitNew(story);
    const later = await addWord(story, "two");

    expect((await submitNew(story)).source).toEqual({ kind: "tasks", keys: [later.key] });
  });

  test("a task that waits for another one is not new before that is done", async () => {
    await using story = await openBoard();
    const first = await addWord(story, "one");
    const second = await addWord(story, "two", { dependsOn: [first.key] });

    const choice = await chooseForAnalysis(story.deps.db, wishOf(story, null));

    expect(choice.tasks.map((task) => task.key)).toEqual([first.key]);
    await expect(submit(story, [second.key])).rejects.toMatchObject({
      code: "conflict",
      message: `${second.key} waits for ${first.key}, which is not done.`,
      cure: `Name it too: aas batch submit ${first.key} ${second.key}`,
    });
    const both = await submit(story, [second.key, first.key]);
    expect(both).toMatchObject({ kind: "submitted", run: { source: { keys: [second.key, first.key] } } });
  });

  test("a task that a run has is refused by name, before and after it was analysed", async () => {
    await using story = await openBoard();
    const { key } = await addWord(story, "one");
    await addWord(story, "two");
    const { id } = await submitNew(story);

    await expect(submit(story, [key])).rejects.toMatchObject({
      message: `${key} is worked on by ${id}.`,
      cure: `aas batch status ${id}`,
    });
    await story.settle(id);
    await expect(submit(story, [key])).rejects.toMatchObject({ message: `${key} is worked on by ${id}.` });
  });
});

test("a task that nothing would prove is left out and named, and refused when a person names it", async () => {
  await using story = await openBoard();
  const { key } = await addWord(story, "one");
  const unproven = { ...wishOf(story, null), policy: story.policy({ checks: [] }) };

  const choice = await chooseForAnalysis(story.deps.db, unproven);

  expect([choice.tasks, choice.unproven.map((task) => task.key)]).toEqual([[], [key]]);
  await expect(chooseForAnalysis(story.deps.db, { ...unproven, keys: [key] })).rejects.toMatchObject({
    code: "no_checks",
  });
});
