import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyRows } from "./apply-rows.ts";
import type { RowText } from "./row-text.ts";
import { type BoardDocument, parseBoard, renderBoard } from "./board-document.ts";
import { findBoardProblems } from "./board-problems.ts";
import { type BoardTexts, isSameText, standingTexts } from "./board-texts.ts";

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

/** Text that looks like a board often enough to be interesting. */
const boardText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "## Active Tasks",
        "## Task Details",
        "### AAS-1: One",
        header,
        separator,
        "| AAS-1 | High | One | - | queued | - | 2026-01-01 | 2026-01-01 |",
        " AAS-2 | Low | Two \\| more | AAS-1 | Done | x | 2026-01-01 | 2026-01-01",
        "| AAS-1 | High |",
        "- **Description**: text",
        "    more text",
        "- **Acceptance Criteria**:",
        "    - [x] it works",
        "- **AAS**: a note",
        "```",
        "<!--",
        "-->",
        "",
      ),
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.string({ unit: fc.constantFrom("|", "\\", "`", "#", "-", " ", "A", "1", "<") }),
    ),
    { maxLength: 30 },
  )
  .chain((lines) =>
    fc
      .array(fc.constantFrom("\n", "\r\n", "\n\n", "\r"), {
        minLength: lines.length,
        maxLength: lines.length,
      })
      .chain((endings) =>
        fc
          .constantFrom("", "\uFEFF")
          .map((mark) => mark + lines.map((line, at) => line + endings[at]).join("")),
      ),
  );

const cellText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom("|", "\\", "`", "<", "a", "→", "\n", "-", " ", "!", "*", "#") }),
);

describe("any text", () => {
  test("comes back byte for byte", () => {
    fc.assert(
      fc.property(fc.oneof(boardText, fc.string({ unit: "binary" })), (text) => {
        expect(renderBoard(parseBoard(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("stays as it is when each of its rows is applied to it again", () => {
    fc.assert(
      fc.property(boardText, (text) => {
        const document = parseBoard(text);
        const rows = [...document.rows.values()]
          .filter((row) => row.cells.length === row.width)
          .map((row) => ({ ...rowOf(row.key ?? ""), texts: standingTexts(document, row) }));

        expect(renderBoard(applyRows(document, rows))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("takes a row of ours once, keeps all its lines, and stays when it is exported again", () => {
    fc.assert(
      fc.property(boardText, cellText, cellText, (text, title, description) => {
        const row = rowOf("AAS-77", { title, description, note: title });
        const before = parseBoard(text);
        fc.pre(before.table.kind !== "unusable");

        const once = applied(text, row);

        const kept = new Set(once.split("\n").map((line) => line.trimEnd()));
        expect(before.texts.filter((line) => !kept.has(line.trimEnd()))).toEqual([]);
        expect(applied(once, row)).toBe(once);
        expect(isSameText("title", says(parseBoard(once), "AAS-77")?.title ?? "", title)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("irregular boards", () => {
  const row = "| AAS-1 | High | One | - | queued | - | 2026-01-01 | 2026-01-01 |";

  test("spaces before and after a row are no cells, and stay", () => {
    const text = boardWith(`  ${row}  `);

    expect(applied(text, rowOf("AAS-1", { ...says(parseBoard(text), "AAS-1"), status: "Done" }))).toBe(
      text.replace("queued", "Done"),
    );
  });

  test("a row without outer pipes is a row", () => {
    const text = boardWith("AAS-1 | High | One | - | queued | - | 2026-01-01 | 2026-01-01");

    const after = applied(
      text,
      rowOf("AAS-1", { ...says(parseBoard(text), "AAS-1"), updated: "2026-02-02" }),
    );

    expect(after).toBe(boardWith("AAS-1 | High | One | - | queued | - | 2026-01-01 | 2026-02-02"));
  });

  test("a status in other letters is the same status and is not rewritten", () => {
    const text = boardWith(row.replace("queued", "**needs_review**"));

    const target = rowOf("AAS-1", { ...says(parseBoard(text), "AAS-1"), status: "Needs Review" });

    expect(applied(text, target)).toBe(text);
  });

  test("an escaped pipe is text, and a new one is escaped", () => {
    const text = boardWith(row.replace("One", String.raw`a \| b`));

    expect(says(parseBoard(text), "AAS-1")?.title).toBe("a | b");
    expect(applied(text, rowOf("AAS-1", { title: "a | c" }))).toContain(String.raw`| a \| c |`);
  });

  test("Windows line ends stay, and new lines have them", () => {
    const text = boardWith(row).replaceAll("\n", "\r\n");

    const after = applied(text, rowOf("AAS-2"));

    expect(after.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/u);
    expect(after.startsWith(text)).toBe(true);
  });

  test("a missing final newline stays missing", () => {
    const text = boardWith(row).trimEnd();

    const after = applied(text, { ...rowOf("AAS-2") });

    expect(after.startsWith(`${text}\n`)).toBe(true);
    expect(after.endsWith("\n")).toBe(false);
    expect(says(parseBoard(after), "AAS-2")?.title).toBe("Store due dates");
  });

  test("a byte order mark stays in front", () => {
    const text = `\uFEFF${boardWith(row).replace("# Board\n\n", "")}`;

    expect(says(parseBoard(text), "AAS-1")?.title).toBe("One");
    expect(applied(text, rowOf("AAS-2")).startsWith("\uFEFF## Active Tasks")).toBe(true);
  });

  test("the first of two rows with one id counts, the second is reported and kept", () => {
    const text = boardWith(row, row.replace("One", "Two"));

    const after = applied(text, rowOf("AAS-1", { ...says(parseBoard(text), "AAS-1"), title: "New" }));

    expect(after).toBe(boardWith(row.replace("One", "New"), row.replace("One", "Two")));
    expect(findBoardProblems(parseBoard(text))).toEqual([
      {
        line: 8,
        message: "AAS-1 stands on the board twice; the row on line 7 counts.",
        cure: "Give one of them an id that is free, or delete it.",
      },
    ]);
  });

  test("rows with too few or too many cells are reported and kept", () => {
    const text = boardWith("| AAS-1 | High | One |", "| AAS-2 | Low | a | b | - | queued | - | d | d |");

    expect(findBoardProblems(parseBoard(text)).map(({ line, message }) => `${line}: ${message}`)).toEqual([
      "7: AAS-1 has 3 cells where the table has 8. It was left as it stands.",
      "8: AAS-2 has 9 cells where the table has 8. It was left as it stands.",
    ]);
    expect(renderBoard(parseBoard(text))).toBe(text);
  });

  test("a row whose first cell is no id is reported", () => {
    expect(findBoardProblems(parseBoard(boardWith(row.replace("AAS-1", "soon"))))).toMatchObject([
      { line: 7, message: '"soon" is no id of a task.' },
    ]);
  });

  test("an id that is a link, bold or in small letters is that id", () => {
    const text = boardWith(row.replace("AAS-1", "[**aas-1**](https://example.com/1)"));

    expect(says(parseBoard(text), "AAS-1")?.title).toBe("One");
  });

  test("a table without our columns is not written to", () => {
    const text = "## Active Tasks\n\n| Task | Owner |\n|---|---|\n| tea | ada |\n";

    expect(applied(text, rowOf("AAS-1"))).not.toContain("| AAS-1");
    expect(findBoardProblems(parseBoard(text))).toMatchObject([{ line: 3 }]);
  });

  test("rows in a code block and in a comment are not rows", () => {
    const text = boardWith().concat(
      "```\n",
      header,
      "\n",
      separator,
      "\n",
      row,
      "\n```\n<!--\n",
      row,
      "\n-->\n",
    );

    expect([...parseBoard(text).rows.keys()]).toEqual([]);
  });

  test("a code block that is never closed hides nothing", () => {
    expect([...parseBoard(`\`\`\`\n${boardWith(row)}`).rows.keys()]).toEqual(["AAS-1"]);
  });

  test("columns in another order and columns of people are understood and kept", () => {
    const text = [
      "## Active Tasks",
      "",
      "| Status | ID | Title | Mood |",
      "|---|---|---|---|",
      "| queued | AAS-1 | One | fine |",
      "",
    ].join("\n");

    const after = applied(text, rowOf("AAS-1", { title: "New", status: "Done" }), rowOf("AAS-2"));

    expect(after).toContain("| Done | AAS-1 | New | fine |\n| Queued | AAS-2 | Store due dates | - |\n");
  });

  test("a board of a hundred thousand lines is read in one go", () => {
    const rows = Array.from(
      { length: 50_000 },
      (_, at) => `| AAS-${at} | High | T | - | queued | - | d | d |`,
    );
    const text = `${boardWith(...rows)}\n${"```js\n~~~x\n<!--\n".repeat(20_000)}`;

    const document = parseBoard(text);

    expect(document.rows.size).toBe(50_000);
    expect(renderBoard(document)).toBe(text);
  });
});
