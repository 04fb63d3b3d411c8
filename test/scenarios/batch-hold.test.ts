import { describe, expect, test } from "vitest";
import { readJournal } from "../../src/adapters/recorded-model/batch-journal.ts";
import type { Batch } from "../../src/domain/batch.ts";
import { AasError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { releaseRun } from "../../src/pipeline/control/release-run.ts";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { listNeedsYou } from "../../src/pipeline/queries/needs-you.ts";
import { addWord } from "./support/analysing.ts";
import type { Story } from "./support/word-book.ts";
import { batchesCreated, goal, openBoard, submitNew } from "./support/batch-board.ts";

function buildsOf({ model }: Story): number {
  return model.requests.filter(({ purpose }) => purpose === "build").length;
}

test("new tasks of the board are analysed in one batch, held, and built when a person says so", async () => {
  await using story = await openBoard();
  await addWord(story, "one");
  await addWord(story, "two");
  const submitted = await submitNew(story);

  const held = await story.settle(submitted.id);

  expect([submitted.goal, submitted.source]).toEqual([goal, { kind: "tasks", keys: ["AAS-1", "AAS-2"] }]);
  expect(held.state).toEqual({ status: "paused", stage: "implement", reason: "person" });
  expect([await batchesCreated(story), buildsOf(story)]).toEqual([1, 0]);
  expect(await listNeedsYou(story.deps, story.projectId)).toMatchObject([
    { what: "The analyses are back.", command: `aas batch implement ${held.id}` },
  ]);

  await releaseRun(story.person, held);
  const ended = await story.settle(held.id);

  expect(ended.state).toEqual({ status: "completed", outcome: "full" });
  expect([await batchesCreated(story), buildsOf(story)]).toEqual([1, 2]);
});

test("a run that does not hold builds as soon as its analyses are back", async () => {
  await using story = await openBoard({ holdAfterWait: false });
  await addWord(story, "one");
  await addWord(story, "two");

  const ended = await story.settle((await submitNew(story)).id);

  expect([ended.state, buildsOf(story)]).toEqual([{ status: "completed", outcome: "full" }, 2]);
});

test("going on before the analyses are back does not let the run go", async () => {
  await using story = await openBoard({ looks: 3 });
  await addWord(story, "one");
  await addWord(story, "two");
  const { id } = await submitNew(story);
  await story.until(id, ({ run }) => run.state.status === "running" && run.state.stage === "wait");

  await pauseRun(story.person, id);
  await resumeRun(story.person, id);
  const held = await story.settle(id);

  expect(held.state).toEqual({ status: "paused", stage: "implement", reason: "person" });
  expect(buildsOf(story)).toBe(0);
});

describe("a run is not told to build", () => {
  async function refusalOf(story: Story, id: RunId): Promise<readonly [string, string | null]> {
    const refused: unknown = await releaseRun(story.person, await story.deps.db.runs.get(id)).catch(
      (error: unknown) => error,
    );
    if (!(refused instanceof AasError)) throw new Error("It was not refused");
    return [`${refused.code} ${refused.message}`, refused.cure];
  }

  test("while its analyses are not back", async () => {
    await using story = await openBoard({ looks: 1_000_000 });
    await addWord(story, "one");
    const { id } = await submitNew(story);
    await story.until(id, ({ run }) => run.state.status === "running" && run.state.stage === "wait");

    expect(await refusalOf(story, id)).toEqual([
      `conflict Run ${id} is running(wait): its analyses are not back yet.`,
      `aas batch status ${id}`,
    ]);
  });

  test("twice, or when it has ended", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    const { id } = await submitNew(story);
    await releaseRun(story.person, await story.settle(id));

    expect(await refusalOf(story, id)).toEqual([
      `conflict Run ${id} is running(implement): it was told to build already.`,
      `aas automate status ${id}`,
    ]);
    await story.settle(id);
    expect((await refusalOf(story, id))[0]).toBe(
      `conflict Run ${id} is completed(full): nothing waits in it.`,
    );
  });

  test("when it holds nothing back", async () => {
    await using story = await openBoard({ holdAfterWait: false });
    await addWord(story, "one");
    const { id } = await submitNew(story);

    expect((await refusalOf(story, id))[0]).toBe(
      `conflict Run ${id} is queued and holds nothing back: it builds by itself.`,
    );
  });
});

test("a batch that takes longer than an hour is told once, however often it is looked at", async () => {
  await using story = await openBoard({ looks: 1_000_000 });
  await addWord(story, "one");
  const { id } = await submitNew(story);
  await story.until(id, async () => (await firstBatch(story, id))?.state.status === "submitted");
  const looks = async (): Promise<number> =>
    (await readJournal(story.journalFile)).filter(({ type }) => type === "polled").length;

  story.clock.putForward(2 * 3_600_000);
  const before = await looks();
  await story.until(id, async () => (await looks()) > before + 3);

  const batch = await firstBatch(story, id);
  const told = (await story.deps.db.events.listOfRun(id)).filter(({ type }) => type === "batch.delayed");
  expect(told).toMatchObject([{ subject: batch?.id, details: { done: 0, total: 1 } }]);
});

async function firstBatch({ deps }: Story, id: RunId): Promise<Batch | undefined> {
  return (await deps.db.batches.listOfRun(id))[0];
}
