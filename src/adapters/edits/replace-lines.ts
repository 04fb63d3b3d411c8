import type { Change } from "./operation.ts";
import { nearestLines } from "./nearest-lines.ts";
import { spliceLines, type TextFile } from "./text-file.ts";

export type Replaced =
  | { readonly kind: "replaced"; readonly file: TextFile }
  | { readonly kind: "refused"; readonly problem: string };

/** Replaces the one place where the lines stand exactly, line endings aside. None or several: refused, never guessed. */
export function replaceLines(file: TextFile, change: Change): Replaced {
  const { search, replace } = change;
  if (search.every((line) => line === "")) {
    return refuse("SEARCH is empty; name the lines to replace, or write the file whole with FILE:.");
  }
  const places = findPlaces(file, search);
  const [start] = places;
  if (start === undefined) return refuse(`SEARCH matches nothing.${describeNearest(file, search)}`);
  if (places.length > 1) {
    const at = places
      .slice(0, 5)
      .map((place) => place + 1)
      .join(", ");
    return refuse(
      `SEARCH matches ${places.length} places (lines ${at}${places.length > 5 ? ", …" : ""}); add lines around it until it is the only one.`,
    );
  }
  return { kind: "replaced", file: spliceLines(file, { start, count: search.length }, replace) };
}

function findPlaces(file: TextFile, search: readonly string[]): readonly number[] {
  const places: number[] = [];
  for (let start = 0; start + search.length <= file.lines.length; start += 1) {
    if (search.every((line, index) => file.lines[start + index]?.text === line)) places.push(start);
  }
  return places;
}

function describeNearest(file: TextFile, search: readonly string[]): string {
  const nearest = nearestLines(
    file.lines.map((line) => line.text),
    search,
  );
  if (nearest === null) return " Nothing in the file is like it.";
  const shown = nearest.lines.map((line, index) => `${nearest.start + index + 1}| ${line}`).join("\n");
  return ` The nearest lines are:\n${shown}`;
}

function refuse(problem: string): Replaced {
  return { kind: "refused", problem };
}
