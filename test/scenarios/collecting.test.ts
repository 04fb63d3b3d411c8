import { expect, test } from "vitest";
import { writing } from "../../src/testing/scripted-model.ts";
import { contentOf, headOf, statesOf } from "./support/looking.ts";
import { meeting } from "./support/meeting.ts";
import { step } from "./support/plan-of.ts";
import { given, word } from "./support/word-book.ts";

/** A folder, because two tasks that name the same file are put after each other. */
const shared = { files: ["index/"] };

test("of two tasks that change the same lines the second is told both sides and keeps the first one's work", async () => {
  const both = meeting(2);
  const claim = (id: string) => async () => {
    await both.arrive();
    return writing({ "index/a.txt": `index of ${id}\n` });
  };
  const together = writing({ "index/a.txt": "index of one and two\n" });
  await using story = await given({
    plan: [step("one", shared), step("two", shared)],
    answers: { one: [claim("one"), together], two: [claim("two"), together] },
    files: { "check.sh": "exit 0\n", "index/a.txt": "index\n" },
  });

  const run = await story.settle((await story.start("Write an index")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await contentOf(story, await headOf(story), "index/a.txt")).toBe("index of one and two\n");
  const retold = story.model.requests.find(({ prompt }) => prompt.includes("## The last attempt failed"));
  expect(retold?.prompt).toContain("conflicts with what landed meanwhile in index/a.txt");
  expect(retold?.prompt).toMatch(/--- as you wrote it\nindex of (?:one|two)\n/u);
  expect(retold?.prompt).toMatch(/--- as it is now\nindex of (?:one|two)\n/u);
  expect(retold?.prompt).toMatch(/## Landed since then\nfeat: Write (?:one|two)/u);
});

test("what merges cleanly and fails together is sent back to the second", async () => {
  const both = meeting(2);
  const sameWord = (id: string) => async () => {
    await both.arrive();
    return word(id, "same");
  };
  await using story = await given({
    plan: [step("one"), step("two")],
    answers: { one: [sameWord("one"), word("one", "other")], two: [sameWord("two"), word("two", "other")] },
  });

  const run = await story.settle((await story.start("Write two words")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await statesOf(story, run.id)).toEqual({ "Write one": "Done", "Write two": "Done" });
  const retold = story.model.requests.find(({ prompt }) => prompt.includes("## The last attempt failed"));
  expect(retold?.prompt).toContain("merges cleanly but fails together with what landed");
  expect(retold?.prompt).toContain("words: twice: same");
});
