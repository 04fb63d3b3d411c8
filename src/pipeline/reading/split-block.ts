import { pathComment } from "./block-path.ts";

export interface BlockPart {
  readonly path: string;
  readonly text: string;
}

/** One block may hold several files, each below a comment that names it. */
export function splitBlock(lines: readonly string[]): readonly BlockPart[] {
  const starts = lines.flatMap((line, at) => {
    const path = isStart(lines, at) ? pathComment(line) : null;
    return path === null ? [] : [{ path, at }];
  });
  const isWhole = starts.length > 1 && lines.slice(0, starts[0]?.at ?? 0).every((line) => line.trim() === "");
  if (!isWhole) return [];
  return starts.map(({ path, at }, index) => ({
    path,
    text: toText(lines.slice(at + 1, starts[index + 1]?.at ?? lines.length)),
  }));
}

/** Such a comment stands at the margin, after an empty line or at the very beginning. */
function isStart(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  return /^\S/u.test(line) && (lines[at - 1] ?? "").trim() === "";
}

/** The text of a file: without empty lines around it, with one line end. */
export function toText(lines: readonly string[]): string {
  return `${lines.join("\n").replaceAll(/^(?:[ \t]*\n)+|\s+$/gu, "")}\n`;
}
