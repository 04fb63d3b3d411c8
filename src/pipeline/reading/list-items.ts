import type { MarkdownLine } from "./markdown-line.ts";

/** The entries of a list, each with what stands below it; without a list, the paragraphs. */
export function listItems(lines: readonly MarkdownLine[]): readonly string[] {
  const marked = lines.filter(({ mark }) => mark === "bullet" || mark === "number");
  if (marked.length === 0) return paragraphs(lines);
  const top = Math.min(...marked.map(({ indent }) => indent));
  const items: string[][] = [];
  for (const line of lines) {
    const isItem = (line.mark === "bullet" || line.mark === "number") && line.indent === top;
    if (isItem) items.push([line.text]);
    else if (line.text !== "") items.at(-1)?.push(line.text);
  }
  return items.map((texts) => texts.reduce(joinSentences, "")).filter((text) => text !== "");
}

/** Entries of a list have no full stops; put one behind the other they need them. */
export function joinSentences(text: string, next: string): string {
  if (text === "" || next === "") return text + next;
  const isOpen = /[\p{L}\p{N})]$/u.test(text) && /^[\p{Lu}\p{N}]/u.test(next);
  return isOpen ? `${text}. ${next}` : `${text} ${next}`;
}

function paragraphs(lines: readonly MarkdownLine[]): readonly string[] {
  const found: string[][] = [[]];
  for (const { text } of lines) {
    if (text === "") found.push([]);
    else found.at(-1)?.push(text);
  }
  return found.map((texts) => texts.join(" ")).filter((text) => text !== "");
}

const nothing =
  /^(?:none\b|n\/?a\b|nil\b|nothing\b|not applicable\b|no(?: (?:known|significant|major|obvious|potential|apparent|immediate|direct|real|technical|external|hard|blocking|current|or|and))* (?:blockers?|dependenc(?:y|ies)|obstacles?|issues?|impediments?)\b|there are no\b|[-–—]+$)/iu;

export function saysNothing(text: string): boolean {
  return text.trim() === "" || nothing.test(text.trim());
}

/** A list within one line: by semicolons, by numbers in brackets, or short parts between commas. */
export function splitInline(text: string): readonly string[] {
  const bySemicolon = partsOf(text, /;\s+(?:and\s+)?/u);
  if (bySemicolon.length > 1) return bySemicolon;
  const byNumber = partsOf(text, /\s*\(?\b\d{1,2}\)\s+/u);
  if (byNumber.length > 1) return byNumber;
  const byComma = partsOf(text, /,\s+(?:and\s+|or\s+)?/u).flatMap((part, index, all) =>
    index === all.length - 1 && index > 0 ? partsOf(part, /\s+and\s+/u) : [part],
  );
  return byComma.length > 1 && byComma.every((part) => part.split(/\s+/u).length <= 6)
    ? byComma
    : [text.trim()];
}

function partsOf(text: string, separator: RegExp): readonly string[] {
  return text
    .split(separator)
    .map((part) => part.replace(/\.$/u, "").trim())
    .filter((part) => part !== "");
}
