import { expect, test } from "vitest";
import { readAnalysis } from "./read-analysis.ts";

/** What matters of a reading in most tests. */
function brief(text: string): readonly unknown[] {
  const { complexity, priority, blockers, firstStep, reading } = readAnalysis(text, "stop");
  const advice =
    priority === null ? null : priority.kind === "keep" ? "keep" : [priority.kind, ...priority.to].join(" ");
  return [reading.rung, complexity, advice, blockers, firstStep];
}

const expected = ["labels", "medium", "keep", ["Keys: none yet", "Team time"], "Read the docs"];

test.each([
  [
    "numbered, bold values",
    "1. **Estimated Complexity**: **Medium**\n2. **Suggested Priority Adjustment**: **None**\n3. **Potential Blockers or Dependencies**:\n   - **Keys**: none yet\n   - Team time\n4. **Recommended First Step**:\n   - Read the docs",
  ],
  [
    "label and value in one bold span",
    "**1. Estimated Complexity: Medium**\nIt is high work.\n\n**2. Suggested Priority Adjustment: No change**\n\n**3. Potential Blockers:**\n- **Keys:** none yet\n- Team time\n\n**4. First Step:**\nRead the docs",
  ],
  [
    "the colon within the bold span",
    "**Complexity:** Medium\n**Priority:** keep\n**Blockers:**\n* Keys: none yet\n* Team time\n**Next Step:** Read the docs",
  ],
  [
    "headings",
    "# Analysis\n\n## Estimated complexity\n\nMedium. It is of high value.\n\n## Priority\nNo adjustment needed\n\n## Potential blockers (or dependencies)\n1. Keys: none yet\n2. Team time\n\n## Recommended first step\n\nRead the docs\n\n## Notes\nLow effort.",
  ],
  [
    "numbered headings",
    "### 1. Estimated Complexity: Medium\n### 2. Suggested Priority Adjustment\nKeep\n### 3. Dependencies and Risks\n- Keys: none yet\n- Team time\n### 4. Recommended First Step\nRead the docs",
  ],
  [
    "plain lines",
    "Complexity: medium\nPriority: unchanged\nBlockers:\n- Keys: none yet\n- Team time\nFirst step: Read the docs\n",
  ],
  [
    "plain bullets",
    "- Complexity - Medium\n- Priority change - none\n- Blockers - Keys: none yet; Team time\n- First step - Read the docs\n",
  ],
  [
    "bold bullets with bold entries",
    "- **Complexity:** Medium\n- **Priority:** None\n- **Blockers:**\n  - **Keys**: none yet\n  - Team time\n- **First step:** Read the docs\n- **Timeline:** two weeks\n  - High season",
  ],
  [
    "a table",
    "| Item | Answer |\n|---|---|\n| **Complexity** | Medium |\n| Suggested priority adjustment | None |\n| Blockers | Keys: none yet<br>Team time |\n| First step | Read the docs |",
  ],
  [
    "a table with notes, and lines across",
    "---\n\n| Item | Answer | Why |\n|---|---|---|\n| Complexity | Medium | high risk |\n| Priority | None | |\n| Blockers | Keys: none yet; Team time | low |\n| First step | Read the docs | fast |\n\n***\n",
  ],
  [
    "a table with a head",
    "| Complexity | Priority | Blockers | First step |\n|:--|:-:|---|---|\n| Medium | keep | Keys: none yet; Team time | Read the docs |",
  ],
  [
    "everything in a fence",
    "```\nComplexity: Medium\nPriority: keep\nBlockers:\n- Keys: none yet\n- Team time\nFirst step: Read the docs\n```",
  ],
  [
    "windows line ends and a quote",
    "> **Complexity**: Medium\r\n> **Priority**: none\r\n> **Blockers**:\r\n> - Keys: none yet\r\n> - Team time\r\n>\r\n> **First step**: Read the docs\r\n",
  ],
  [
    "underscores and symbols",
    "🔹 __Complexity:__ _Medium_\n🔹 __Priority:__ keep\n🔹 __Blockers:__ Keys: none yet; Team time\n🔹 __First step:__ Read the docs",
  ],
  [
    "two lists under one label",
    "**Complexity**: Medium\n**Priority**: None\n**Potential Blockers or Dependencies**:\n- **Blockers:**\n  - Keys: none yet\n- **Dependencies:**\n  - Team time\n**First step**: Read the docs",
  ],
  [
    "the bold label without a colon",
    "**Complexity** Medium\n\n**Priority** keep\n\n**Blockers**\n\n- Keys: none yet\n- Team time\n\n**First step**\n\nRead the docs\n",
  ],
])("labels are read: %s", (_name, text) => {
  expect(brief(text)).toEqual(expected);
});

test("a value may stand behind its label once more, beside what is true now", () => {
  const text =
    "1. **Level of complexity**\n   - Low\n2. **Priority Adjustment**\n   - Current priority: Low\n   - Suggested priority: High\n3. **Next steps**\n   1. Read\n   2. Write\n";

  expect(brief(text)).toEqual(["labels", "low", "set high", [], "Read"]);
});

test("a last word after the lists belongs to no list", () => {
  const text = "1. **Complexity**: Low\n2. **Blockers**:\n   - Keys\n\nThis should help.\n";

  expect(brief(text)).toEqual(["labels", "low", null, ["Keys"], null]);
});

test.each(["None", "N/A", "No known blockers at this time.", "No significant dependencies"])(
  "%j is an answer about blockers: there are none",
  (answer) => {
    const { blockers, reading } = readAnalysis(
      `Complexity: low\nBlockers: ${answer}\nFirst step: go`,
      "stop",
    );

    expect([blockers, reading.missing]).toEqual([[], ["priority"]]);
  },
);
