import { toPlainLines } from "./plain-text.ts";
import type { Heading } from "./headings.ts";

/** What stands under `### AAS-227: …`. Lines are counted from 0, ends lie after the last line. */
export interface DetailSection {
  readonly key: string;
  readonly heading: number;
  /** Where the title begins in the heading's line. */
  readonly titleAt: number;
  readonly end: number;
  readonly fields: readonly DetailField[];
}

/** `- **Description**: …` and the lines that belong to it. */
export interface DetailField {
  readonly label: string;
  readonly line: number;
  readonly end: number;
  /** Where its text begins in its first line. */
  readonly textAt: number;
}

export interface DetailSource {
  readonly texts: readonly string[];
  readonly hidden: readonly boolean[];
  readonly headings: readonly Heading[];
}

export function findSections(source: DetailSource): readonly DetailSection[] {
  return source.headings.flatMap((heading) => {
    const text = source.texts[heading.line] ?? "";
    const found = /^[#\s]*(?<key>[A-Z][A-Z0-9]*-\d+(?:-\d+)*)(?:\s*[:–—-]\s*|\s+|$)/u.exec(text);
    const key = found?.groups?.["key"];
    if (key === undefined || heading.level === 1) return [];
    const end = lastTextLine(source.texts, heading.line, heading.end);
    const fields = findFields(source, heading.line + 1, end);
    return [{ key, heading: heading.line, titleAt: found?.[0].length ?? 0, end, fields }];
  });
}

/** The line after the last one that says something. */
export function lastTextLine(texts: readonly string[], from: number, to: number): number {
  let end = to;
  while (end > from + 1 && (texts[end - 1] ?? "").trim() === "") end -= 1;
  return end;
}

function findFields(source: DetailSource, from: number, to: number): readonly DetailField[] {
  const fields: DetailField[] = [];
  for (let line = from; line < to; line += 1) {
    const found = source.hidden[line] === true ? null : readLabel(source.texts[line] ?? "");
    if (found === null) continue;
    const end = endOfField(source.texts, line + 1, to);
    fields.push({ ...found, line, end });
    line = end - 1;
  }
  return fields;
}

function readLabel(text: string): Pick<DetailField, "label" | "textAt"> | null {
  const found = /^ ?[-*+] +\*\*(?<label>[^*]*)\*\*\s*:?\s*/u.exec(text);
  const label = found?.groups?.["label"]?.replace(/:$/u, "").trim().toLowerCase();
  return label === undefined ? null : { label, textAt: found?.[0].length ?? 0 };
}

/** Indented lines belong to the list item above them, blank lines between them too. */
function endOfField(texts: readonly string[], from: number, to: number): number {
  let end = from;
  for (let line = from; line < to; line += 1) {
    const text = texts[line] ?? "";
    if (text.trim() === "") continue;
    if (!/^(?: {2}|\t)/u.test(text)) break;
    end = line + 1;
  }
  return end;
}

/** A text of several lines: each but the first stands four spaces in, where Markdown sees no heading and no table. */
export function readParagraphs(texts: readonly string[], field: DetailField): string {
  const [first = "", ...others] = texts.slice(field.line, field.end);
  const dedented = others.map((text) => text.replace(/^(?: {1,4}|\t)/u, ""));
  const text = toPlainLines([first.slice(field.textAt), ...dedented].join("\n"));
  return text === "-" ? "" : text;
}

export function renderParagraphs(lead: string, text: string): readonly string[] {
  const [first = "", ...others] = toPlainLines(text).split("\n");
  return [lead + (first === "" ? "-" : first), ...others.map((line) => (line === "" ? "" : `    ${line}`))];
}

export interface Criterion {
  readonly line: number;
  readonly text: string;
}

export function readCriteria(texts: readonly string[], field: DetailField): readonly Criterion[] {
  return texts.slice(field.line + 1, field.end).flatMap((text, index) => {
    const found = /^\s+[-*+]\s+(?:\[[ xX]\]\s+)?(?<text>\S.*)$/u.exec(text)?.groups?.["text"];
    return found === undefined ? [] : [{ line: field.line + 1 + index, text: found.trim() }];
  });
}

export function renderCriterion(text: string): string {
  return `    - [ ] ${text}`;
}
