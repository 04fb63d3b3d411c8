import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMs } from "../../testing/cpu-time.ts";
import type { Finish } from "../../domain/finish.ts";
import type { Plan } from "../../domain/plan.ts";
import { block, paths, read } from "./plan-answer.fixture.ts";

test("the order of blocks changes nothing but their order", () => {
  const parts = [
    block("## One\n\nWrite `core/a.py`:", "python", "a = 1"),
    block("## Two\n\nRun:", "sh", "ls"),
    block("## Three\n\nUpdate `core/main.py`:", "python", "b = 1"),
    block("## Four\n\nWrite `config.py`:", "python", "c = 1"),
    block("## Five", "", "x/\n  deep/\n    d.py"),
    block("## Six (`d.py`)", "python", "d = 1"),
  ];
  const sorted = (plan: Plan): unknown => [
    plan.files.map((file) => JSON.stringify(file)).toSorted(),
    plan.blocks.map((each) => JSON.stringify(each)).toSorted(),
  ];
  const expected = sorted(read(parts.join("\n")));

  fc.assert(
    fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
      expect(sorted(read(shuffled.join("\n")))).toEqual(expected);
    }),
  );
});

const word = fc.constantFrom(
  "```",
  "~~~",
  "\n",
  "python",
  " ",
  "`core/main.py`",
  "config.py",
  "# ",
  "// ",
  "├── ",
  "|",
  "path=",
  "{",
  "}",
  '"',
  "## Files",
  "- ",
  "Update ",
  "**",
  "a/",
);
const finish = fc.constantFrom<Finish>("stop", "length", "refusal", "filter", "other");

test("no text makes the reader throw, and none leads to a file that it does not name", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join("")),
      ),
      finish,
      (text, ended) => {
        const plan = read(text, ended);

        expect(read(text, ended)).toEqual(plan);
        for (const { target } of plan.files) {
          if (target.kind === "existing") expect(text).toContain(target.path);
          if (target.kind === "new") expect(paths).not.toContain(target.path);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("long texts of little sense do not make it slow", () => {
  const started = cpuMs();
  for (const scrap of [
    "```\n",
    "```a\n",
    "├── a\n",
    "a/",
    "`a.py` ",
    "# a.py\n",
    "- `a.py`\n",
    "**a**\n",
    "+--",
    "(",
  ]) {
    read(scrap.repeat(20_000));
  }

  expect(cpuMs() - started).toBeLessThan(10_000);
});
