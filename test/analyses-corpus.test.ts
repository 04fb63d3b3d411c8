import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scoreAnalyses } from "./corpus/analyses.ts";
import { isGood, renderScore } from "./corpus/corpus-score.ts";

const corpora = process.env["AAS_CORPORA"] ?? "";

describe.skipIf(corpora === "")("real answers (AAS_CORPORA; skipped when it is not set)", () => {
  test("every label of the corpus is read", () => {
    const score = scoreAnalyses(join(corpora, "analyses"));

    expect(score.failed).toEqual([]);
    expect(score.passed.length).toBeGreaterThan(10);
  });
});

describe("scoring a folder", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "aas-corpus-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(name: string, text: string): void {
    writeFileSync(join(folder, name), text);
  }

  test("what a label says otherwise is told with its case", () => {
    const labels = [
      {
        file: "right.md",
        complexity: "low",
        priority_change: null,
        priority_raw: "**None**",
        blockers: 1,
        first_step_contains: "the  docs",
      },
      {
        file: "wrong.md",
        complexity: "high",
        priority_change: ["medium", "high"],
        blockers: 1,
        first_step_contains: "docs",
      },
      { file: "gone.md", complexity: "high" },
    ];
    const answer = "Complexity: low\nPriority: None\nBlockers:\n- a key\nFirst step: Read **the docs**\n";
    write("short-labels.json", JSON.stringify({ cases: labels }));
    write("right.md", answer);
    write("wrong.md", answer.replace("Read **the docs**", "Start"));

    expect(renderScore(scoreAnalyses(folder))).toBe(
      [
        'wrong.md: expected complexity "high", priority_change ["medium","high"], first_step_contains "docs"; read complexity "low", priority_change "keep", first_step_contains "Start"',
        'gone.md: expected file "gone.md"; read file null',
        "1 passed, 2 failed",
        "",
      ].join("\n"),
    );
  });

  test("each block is a case of its own, and so is their number", () => {
    const blocks = [
      { lang: "sh", kind: "shell", path: null },
      { lang: "python", kind: "file", path: "src/b.py" },
      { lang: "", kind: "file_tree", path: null, root: "/x" },
    ];
    write("design-labels.json", JSON.stringify({ cases: [{ file: "plan.md", blocks }] }));
    write("plan.md", "```sh\nls\n```\nIn `src/a.py`:\n```python\na = 1\n```\n");

    expect(renderScore(scoreAnalyses(folder))).toBe(
      [
        "plan.md: expected blocks 3; read blocks 2",
        'plan.md#2: expected path "src/b.py"; read path "src/a.py"',
        'plan.md#3: expected block "file_tree"; read block null',
        "1 passed, 3 failed",
        "",
      ].join("\n"),
    );
  });

  test("a folder without labels is not good", () => {
    const score = scoreAnalyses(folder);

    expect([renderScore(score), isGood(score)]).toEqual(["0 passed, 0 failed\n", false]);
  });
});
