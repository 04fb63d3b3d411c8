import { chanceOf } from "../seeded.ts";
import type { FileFault } from "./batch-fault.ts";

/** The bytes of a result file. */
export function toFileBytes(lines: readonly string[], faults: readonly FileFault[], seed: number): Buffer {
  const has = (fault: FileFault): boolean => faults.includes(fault);
  const end = has("crlf") ? "\r\n" : "\n";
  const texts = ordered(lines, faults, seed).map((line) =>
    has("line_separator") ? withSeparator(line) : line,
  );
  const joined = texts.join(has("blank_lines") ? `${end}${end}` : end);
  const last = texts.length === 0 || has("no_end") ? "" : end;
  return Buffer.from(`${has("bom") ? "\uFEFF" : ""}${joined}${last}`);
}

function ordered(lines: readonly string[], faults: readonly FileFault[], seed: number): readonly string[] {
  const shuffled = faults.includes("shuffled")
    ? lines.toSorted((one, other) => chanceOf(seed, "order", one) - chanceOf(seed, "order", other))
    : lines;
  return faults.includes("reversed") ? shuffled.toReversed() : shuffled;
}

/** U+2028 may stand in JSON as it is, and splits lines for who splits at more than `\n`. */
function withSeparator(line: string): string {
  return line.replace(/(?<start>"(?:content|text)":")/u, "$<start>\u2028");
}
