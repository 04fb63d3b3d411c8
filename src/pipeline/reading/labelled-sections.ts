import { fieldOf, type Labelled } from "./analysis-fields.ts";
import type { MarkdownLine } from "./markdown-line.ts";

/** What stands under one label of an answer, up to the next one. */
export interface LabelledSection {
  readonly field: Labelled;
  /** What stands in the line of the label itself; empty when nothing does. */
  readonly value: string;
  readonly lines: readonly MarkdownLine[];
}

export function labelledSections(lines: readonly MarkdownLine[]): readonly LabelledSection[] {
  const sections: LabelledSection[] = [];
  let at = 0;
  for (; at < lines.length; at += 1) {
    const line = lines[at];
    const label = line === undefined ? null : labelOf(line);
    if (line === undefined || label === null) continue;
    const end = endOfSection(lines, at, label);
    sections.push({ ...label, lines: lines.slice(at + 1, end) });
    at = end - 1;
  }
  return sections;
}

interface Label {
  readonly field: Labelled;
  readonly value: string;
}

/** A label is a bold span that a line begins with, a whole line, or the words before a colon or a dash. */
export function labelOf(line: MarkdownLine): Label | null {
  if (/^["'{}[\],|]/u.test(line.text)) return null;
  return boldLabel(line) ?? wholeLabel(line) ?? separatedLabel(line.text);
}

function boldLabel({ boldHead, text }: MarkdownLine): Label | null {
  const head = boldHead?.replace(closingColon, "") ?? "";
  const field = fieldOf(head);
  return field === null ? null : { field, value: valueAfter(text, head) };
}

const closingColon = /[:：]\s*$/u;

/** In the middle of a paragraph a line may happen to hold no more than such words. */
function wholeLabel({ mark, text }: MarkdownLine): Label | null {
  const field = fieldOf(text.replace(closingColon, ""));
  return field === null || (mark === "none" && /^[a-z]/u.test(text)) ? null : { field, value: "" };
}

function separatedLabel(text: string): Label | null {
  const { head = "", value = "" } =
    /^(?<head>[^:：]{2,100}?)\s*(?:[:：]|\s[-–—=]\s)\s*(?<value>.*)$/u.exec(text)?.groups ?? {};
  const field = fieldOf(head);
  return field === null ? null : { field, value };
}

function valueAfter(text: string, head: string): string {
  const at = text.indexOf(head);
  return text.slice(at === -1 ? 0 : at + head.length).replace(/^[\s:：=–—-]+/u, "");
}

/** A section ends at the next label, at a heading, or at a line that is dressed like its own label. */
function endOfSection(lines: readonly MarkdownLine[], start: number, { field, value }: Label): number {
  const label = lines[start];
  const body = lines.slice(start + 1);
  if (label === undefined) return lines.length;
  const first = body.find(({ text }) => text !== "");
  const itemsLookAlike = value === "" && first !== undefined && isDressedAlike(label, first);
  const end = body.findIndex((line, index) => {
    if (line.text === "") return false;
    const next = labelOf(line);
    if (next !== null) return next.field !== field || line.indent <= label.indent;
    if (line.mark === "heading") return label.mark !== "heading" || line.rank <= label.rank;
    return (!itemsLookAlike && isDressedAlike(label, line)) || isAfterList(body, index, label);
  });
  return end === -1 ? lines.length : start + 1 + end;
}

function isDressedAlike(label: MarkdownLine, line: MarkdownLine): boolean {
  if (line.mark !== label.mark || line.indent !== label.indent || label.mark === "heading") return false;
  if (label.mark === "number") return line.rank === label.rank + 1;
  return label.boldHead !== null && line.boldHead !== null;
}

/** A paragraph at the margin after a list speaks about the whole answer again. */
function isAfterList(body: readonly MarkdownLine[], index: number, label: MarkdownLine): boolean {
  const line = body[index];
  const isMargin = line?.mark === "none" && line.indent <= label.indent;
  if (!isMargin || body[index - 1]?.text !== "") return false;
  const before = body.slice(0, index);
  return before.some(isListed) || (label.mark === "number" && before.some(isIndented));
}

function isListed({ mark }: MarkdownLine): boolean {
  return mark === "bullet" || mark === "number";
}

function isIndented({ text, indent }: MarkdownLine): boolean {
  return text !== "" && indent > 0;
}
