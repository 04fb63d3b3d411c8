import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Board } from "../../src/ports/board.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { providerOf } from "./support/analysing.ts";
import { step } from "./support/plan-of.ts";
import { given } from "./support/word-book.ts";

const goal = "Write a word";

/** A board whose file nobody may write. */
const locked: Board = {
  export: () => Promise.reject(new Error("permission denied")),
  import: () => Promise.reject(new Error("permission denied")),
};

test("a board that cannot be written holds up nothing else that a worker does", async () => {
  using folder = temporaryFolder();
  const journalFile = join(folder.path, "provider.jsonl");
  await using story = await given({
    plan: [step("one")],
    policy: { analysisEnabled: true, batchEnabled: true, batchPollMs: 200 },
    deps: { board: locked, batchProvider: providerOf(goal, ["one"], { journalFile }) },
  });

  const run = await story.settle((await story.start(goal)).id);
  await story.until(run.id, () => readdirSync(story.batchResultsFolder).length === 1);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(story.troubles.some((trouble) => trouble.includes("permission denied"))).toBe(true);
});
