import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settings } from "./setting-list.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/settings.md", root), "utf8");

test("the page lists exactly the settings of the schema, with old names, defaults and meanings", () => {
  const expected = settings.map(({ path, oldNames, defaultValue, meaning }) => ({
    old: oldNames.length === 0 ? "—" : oldNames.map((name) => `\`${name}\``).join(", "),
    path: `\`${path}\``,
    default: `\`${JSON.stringify(defaultValue)}\``,
    meaning,
  }));

  const listed = tableRows(5).map(([old, path, fallback, meaning]) => ({
    old,
    path,
    default: fallback,
    meaning,
  }));

  expect(listed).toEqual(expected);
});

test("every setting names the test that proves it", () => {
  expect(tableRows(5).filter((row) => !/`[^`]+\.test\.ts`/u.test(row[4] ?? ""))).toEqual([]);
});

test("a test that the page names exists", () => {
  const named = tableRows(5).flatMap((row) => [...(row[4] ?? "").matchAll(/`(?<file>[^`]+)`/gu)]);
  const missing = named
    .map(({ groups }) => groups?.["file"] ?? "")
    .filter((file) => !existsSync(new URL(file, root)));

  expect(missing).toEqual([]);
});

test("the page lists exactly the fields of lists and objects", () => {
  const expected = settings.flatMap(({ path, members }) =>
    members.map((member) => `\`${places.get(path) ?? path}.${member}\``),
  );

  const listed = tableRows(3).map(([field]) => field);

  expect(new Set(listed)).toEqual(new Set(expected));
  expect(listed).toHaveLength(expected.length);
});

/** Settings that hold several of the same. */
const places: ReadonlyMap<string, string> = new Map([
  ["checks", "checks[]"],
  ["models.prices", "models.prices.<name>"],
]);

/** The cells of every table with this many columns, without its head. */
function tableRows(columns: number): readonly (readonly string[])[] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("|---"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/u)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("\\|", "|")),
    )
    .filter((cells) => cells.length === columns && !["old name", "field"].includes(cells[0] ?? ""));
}
