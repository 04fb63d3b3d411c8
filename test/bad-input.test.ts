import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What the product promises to take: each of these is a heading of the page, with a row for each way it can be wrong. */
const promised = [
  "Not a git repository",
  "Bare, shallow, detached, dirty or submodule repository",
  "Unborn branch or no files",
  "Base branch missing or moved during the run",
  "No test command",
  "Plan that nobody could follow",
  "Tests red on base",
  "Goal empty, huge, or in any language",
  "Config broken",
  "Database unreachable, read-only, full disk, newer schema",
  "Clock jump",
  "A second worker",
  "Worktree deleted by hand",
  "Hostile file names",
  "Bubblewrap missing or forbidden",
  "Results of a batch",
  "Provider without money, key or answer",
];

interface Row {
  readonly heading: string;
  readonly wrong: string;
  readonly guard: Place;
  readonly test: Place;
}

interface Place {
  readonly file: string;
  readonly text: string;
}

const rows = readRows(readFileSync("docs/bad-input.md", "utf8"));

test("every promise has its rows, and no row is without one", () => {
  expect([...new Set(rows.map(({ heading }) => heading))]).toEqual(promised);
});

test("no two rows are the same", () => {
  expect(rows.length).toBeGreaterThan(35);
  expect(new Set(rows.map(({ wrong }) => wrong)).size).toBe(rows.length);
});

test.each(rows.map((row) => [row.wrong, row] as const))(
  "%s: the guard stands where the page says",
  (_wrong, row) => {
    expect(readFileSync(row.guard.file, "utf8")).toContain(row.guard.text);
  },
);

test.each(rows.map((row) => [row.wrong, row] as const))(
  "%s: the test stands where the page says",
  (_wrong, row) => {
    const source = readFileSync(row.test.file, "utf8");

    expect(namesIn(source)).toContain(row.test.text);
  },
);

/** What stands first in a call or in a row of a table: the names of tests are among these. */
function namesIn(source: string): readonly string[] {
  const first = source.matchAll(/[([]\s*(?<quoted>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/gu);
  return [...first].map((match) => match.groups?.["quoted"]?.slice(1, -1) ?? "");
}

function readRows(page: string): readonly Row[] {
  let heading = "";
  return page.split("\n").flatMap((line): readonly Row[] => {
    if (line.startsWith("## ")) heading = line.slice(3);
    if (!line.startsWith("| ") || line.startsWith("| what is wrong")) return [];
    const [, wrong = "", , guard = "", named = ""] = line.split(/(?<!\\)\|/u).map((cell) => cell.trim());
    return [{ heading, wrong, guard: readPlace(guard), test: readPlace(named) }];
  });
}

/** `` `file`: text `` with or without marks of code around the text. */
function readPlace(cell: string): Place {
  const { file = "", text = "" } = /^`(?<file>[^`]+)`: (?<text>.+)$/u.exec(cell)?.groups ?? {};
  const plain = text.replace(/^(?<mark>`+)(?<code>.+)\k<mark>$/u, "$<code>");
  return { file, text: plain.replaceAll("\\|", "|") };
}
