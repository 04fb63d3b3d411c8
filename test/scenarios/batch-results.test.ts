import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { addWord } from "./support/analysing.ts";
import type { Story } from "./support/word-book.ts";
import { openBoard, submitNew } from "./support/batch-board.ts";

describe("the results of a settled batch", () => {
  test("stand in a file, a line for each task, and again when the file is gone", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    await addWord(story, "two");
    const { id } = await submitNew(story);
    await story.settle(id);
    const [batch] = await story.deps.db.batches.listOfRun(id);
    const file = join(story.batchResultsFolder, `${batch?.id}.jsonl`);
    const isThere = (): boolean => listOf(story).includes(`${batch?.id}.jsonl`);
    await story.until(id, isThere);
    const text = readFileSync(file, "utf8");

    rmSync(file);
    await story.until(id, isThere);

    expect(readFileSync(file, "utf8")).toBe(text);
    expect(listOf(story)).toEqual([`${batch?.id}.jsonl`]);
    const lines = text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(
      ["one", "two"].map((word, index) => ({
        taskKey: `AAS-${index + 1}`,
        customId: batch?.items[index]?.customId,
        status: "ok",
        message: "",
        raw: expect.stringContaining(`find ${word}`),
        parsed: { complexity: "low", firstStep: `find ${word}` },
      })),
    );
  });

  test("stop no run while their folder cannot be made, and are written when it can", async () => {
    await using story = await openBoard();
    await addWord(story, "one");
    const { id } = await submitNew(story);
    const inTheWay = dirname(story.batchResultsFolder);
    writeFileSync(inTheWay, "");

    expect((await story.settle(id)).state.status).toBe("paused");

    expect(listOf(story)).toEqual([]);
    rmSync(inTheWay);
    await story.until(id, () => listOf(story).length === 1);
  });

  function listOf(story: Story): readonly string[] {
    try {
      return readdirSync(story.batchResultsFolder);
    } catch {
      return [];
    }
  }
});
