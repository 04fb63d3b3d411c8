import { describe, expect, test } from "vitest";
import { applyRows } from "./apply-rows.ts";
import type { RowText } from "./row-text.ts";
import { type BoardDocument, parseBoard, renderBoard } from "./board-document.ts";
import { type BoardTexts, standingTexts } from "./board-texts.ts";

const header = "| ID | Priority | Title | Depends On | Status | Assignee | Created | Updated |";
const separator = "|:---|:---|:---|:---|:---|:---|:---|:---|";

function boardWith(...rows: readonly string[]): string {
  return [`# Board`, "", "## Active Tasks", "", header, separator, ...rows, ""].join("\n");
}

function rowOf(key: string, texts: BoardTexts = {}): RowText {
  const whole = {
    priority: "High",
    title: "Store due dates",
    dependsOn: "",
    status: "Queued",
    assignee: "",
    created: "2026-01-01",
    updated: "2026-01-02",
    description: "A todo has a date.",
    acceptance: "`npm test`",
    note: "",
  };
  return { key, texts: { ...whole, ...texts }, type: "feature", heading: null };
}

function says(document: BoardDocument, key: string): BoardTexts | null {
  const row = document.rows.get(key);
  return row === undefined ? null : standingTexts(document, row);
}

function applied(text: string, ...rows: readonly RowText[]): string {
  return renderBoard(applyRows(parseBoard(text), rows));
}

describe("writing rows", () => {
  test("a board that is not there is made with its header", () => {
    expect(applied("", rowOf("AAS-1", { note: "Merged as `1a2b3c4d`." }))).toBe(
      [
        "# AAS Active Task Board",
        "",
        "The tasks of this repository. The database is the truth: AAS writes its rows here and reads people's edits of queued tasks.",
        "",
        "## Active Tasks",
        "",
        header,
        separator,
        "| AAS-1 | High | Store due dates | - | Queued | - | 2026-01-01 | 2026-01-02 |",
        "",
        "## Task Details",
        "",
        "### AAS-1: Store due dates",
        "- **Description**: A todo has a date.",
        "- **Type**: feature",
        "- **Acceptance Criteria**:",
        "    - [ ] `npm test`",
        "- **AAS**: Merged as `1a2b3c4d`.",
        "",
      ].join("\n"),
    );
  });

  test("a new row comes after the last row, whatever has pipes further down", () => {
    const row = "| AAS-1 | High | One | - | queued | - | 2026-01-01 | 2026-01-01 |";
    const text = `${boardWith(row)}\n## Task Details\n\n### AAS-1: One\n- **Description**: a | b\n\n| not | ours |\n|---|---|\n| x | y |\n`;

    const lines = applied(text, rowOf("AAS-2")).split("\n");

    expect(lines.findIndex((line) => line.startsWith("| AAS-2"))).toBe(lines.indexOf(row) + 1);
    expect(lines.at(-7)).toBe("");
    expect(lines.at(-6)).toBe("### AAS-2: Store due dates");
  });

  test("a note is replaced, and taken away when there is nothing to say", () => {
    const first = applied("", rowOf("AAS-1", { note: "first" }));
    const second = applied(first, rowOf("AAS-1", { note: "second" }));
    const third = applied(second, rowOf("AAS-1", { note: "" }));

    expect(second).toBe(first.replace("first", "second"));
    expect(third).toBe(first.replace("- **AAS**: first\n", ""));
  });

  test("titles of any kind stay one cell and read back as they were", () => {
    const titles = [
      "a | b",
      String.raw`a \| b`,
      "`code | span` and ` a tick",
      "two\nlines\r\nand three",
      "<script> and a < b and `Map<string>`",
      "from → to",
      String.raw`C:\ `,
      "<!-- gone",
    ];
    const rows = titles.map((title, at) => rowOf(`AAS-${at + 1}`, { title }));

    const document = parseBoard(applied("", ...rows));

    const read = rows.map((row) => says(document, row.key)?.title);
    expect(read).toEqual(titles.map((title) => title.replaceAll(/\s+/gu, " ").trim()));
    expect([...document.rows.values()].every((row) => row.cells.length === 8)).toBe(true);
    expect(renderBoard(document)).toContain(String.raw`\<script> and a < b and ${"`Map<string>`"}`);
  });

  test("a description of several lines cannot become a heading, a row or a code block", () => {
    const description = `first\n\n# not a heading\n${header}\n${separator}\n| AAS-9 | x | y | - | Done | - | d | d |\n\`\`\`\n### AAS-8: no\n  indented`;

    const document = parseBoard(applied("", rowOf("AAS-1", { description }), rowOf("AAS-2")));

    expect(says(document, "AAS-1")?.description).toBe(description);
    expect([...document.rows.keys(), ...document.sections.keys()]).toEqual([
      "AAS-1",
      "AAS-2",
      "AAS-1",
      "AAS-2",
    ]);
  });

  test("a criterion that stays keeps its tick", () => {
    const first = applied("", rowOf("AAS-1", { acceptance: "one\ntwo" })).replace("[ ] one", "[x] one");

    const second = applied(first, rowOf("AAS-1", { acceptance: "one\nthree" }));

    expect(second).toBe(first.replace("- [ ] two", "- [ ] three"));
  });
});
