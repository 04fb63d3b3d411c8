import { type MarkdownLine, toMarkdownLine } from "./markdown-line.ts";

/** A block of an answer with what stands before it and may name it. */
export interface FencedBlock {
  /** All that stands behind the opening marks. */
  readonly tag: string;
  readonly lines: readonly string[];
  /** False: the answer ends within the block. */
  readonly isClosed: boolean;
  /** Lines since the heading or the block before, the nearest last. */
  readonly before: readonly MarkdownLine[];
  /** The nearest heading, when no other block stands below it before this one. */
  readonly heading: MarkdownLine | null;
  /** In which line of the answer it begins. */
  readonly at: number;
}

interface Fence {
  readonly mark: string;
  readonly tag: string;
  readonly indent: number;
}

/** The blocks between ``` or ~~~, also within lists, where they are indented. */
export function fencedBlocks(text: string): readonly FencedBlock[] {
  const lines = text.split(/\r?\n/u);
  const blocks: FencedBlock[] = [];
  let before: MarkdownLine[] = [];
  let heading: MarkdownLine | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const fence = openFence(lines[at] ?? "");
    if (fence === null) {
      const line = toMarkdownLine(lines[at] ?? "");
      if (isHeading(line)) [heading, before] = [line, []];
      else before.push(line);
      continue;
    }
    const end = endOfBlock(lines, at, fence);
    const inside = lines.slice(at + 1, end).map((line) => withoutIndent(line, fence.indent));
    blocks.push({ tag: fence.tag, lines: inside, isClosed: end < lines.length, before, heading, at });
    [heading, before] = [null, []];
    at = end;
  }
  return blocks;
}

/** A line that is bold as a whole heads what follows just as well. */
export function isHeading({ mark, text, boldHead }: MarkdownLine): boolean {
  if (text === "") return false;
  return mark === "heading" || (mark !== "bullet" && boldHead !== null && bare(boldHead) === bare(text));
}

function bare(text: string): string {
  return text.replace(/[:：]$/u, "");
}

function openFence(line: string): Fence | null {
  const {
    indent = "",
    mark,
    tag = "",
  } = /^(?<indent>[ \t]*)(?:[-*+]\s+|\d+[.)]\s+)?(?<mark>`{3,}|~{3,})[ \t]*(?<tag>[^`]*)$/u.exec(line)
    ?.groups ?? {};
  return mark === undefined ? null : { mark, tag: tag.trim(), indent: indent.length };
}

/** Markdown within Markdown has fences of its own; each with a language opens one more. */
function endOfBlock(lines: readonly string[], start: number, fence: Fence): number {
  const isMarkdown = /^(?:md|mdx|markdown)\b/iu.test(fence.tag);
  let depth = 1;
  for (let at = start + 1; at < lines.length; at += 1) {
    const inner = openFence(lines[at] ?? "");
    if (inner === null || !inner.mark.startsWith(fence.mark)) continue;
    if (inner.tag === "") depth -= 1;
    else if (isMarkdown) depth += 1;
    if (depth === 0) return at;
  }
  return lines.length;
}

function withoutIndent(line: string, indent: number): string {
  const blank = /^[ \t]*/u.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(blank, indent));
}
