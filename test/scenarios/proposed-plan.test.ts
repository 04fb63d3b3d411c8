import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { providerOf } from "./support/analysing.ts";
import { step } from "./support/plan-of.ts";
import { given } from "./support/word-book.ts";

const goal = "Write a word";

const prose = `**1. Estimated Complexity: Low**

### Step 1: Write the word
- Think of it

Create \`words/one.txt\`:

\`\`\`text
one
\`\`\`

### Step 2: Tell the check

Change \`start.txt\`:

\`\`\`text
start
...
\`\`\`
`;

test("a plan that stands in an analysis is in the builder's prompt, and a file without a sure place is told as that", async () => {
  using folder = temporaryFolder();
  const journalFile = join(folder.path, "provider.jsonl");
  await using story = await given({
    plan: [step("one")],
    policy: { analysisEnabled: true, batchEnabled: true, batchPollMs: 200 },
    deps: { batchProvider: providerOf(goal, ["one"], { journalFile, text: prose }) },
  });

  await story.settle((await story.start(goal)).id);

  const asked = story.model.requests.filter(({ purpose }) => purpose === "build");
  expect(asked.map(({ promptVersion }) => promptVersion)).toEqual(["build.v2"]);
  const proposed = /## A plan that was proposed: follow it where it fits the task\n(?<text>[\s\S]*?)\n\n/u;
  expect(proposed.exec(asked[0]?.prompt ?? "")?.groups?.["text"]?.split("\n")).toEqual([
    "Step 1: Write the word",
    "- Think of it",
    "Step 2: Tell the check",
    "create words/one.txt",
    "start.txt is named without its folder; words/start.txt is called so. Name the whole path, ./ for the root.",
  ]);
});
