import type { RowText } from "./row-text.ts";
import type { BoardDocument } from "./board-document.ts";
import { blankBefore } from "./board-skeleton.ts";
import { type BoardTexts, isSameText, noteLabel, splitCriteria } from "./board-texts.ts";
import {
  type Criterion,
  type DetailField,
  type DetailSection,
  lastTextLine,
  readCriteria,
  readParagraphs,
  renderCriterion,
  renderParagraphs,
} from "./detail-section.ts";
import { findPart } from "./headings.ts";
import type { LineEdit } from "./lines.ts";
import { toOneLine } from "./plain-text.ts";
import { decodeInline, encodeInline } from "./table-row.ts";

/** Changes within a section that stands already. */
export function editsOfSection(document: BoardDocument, row: RowText): readonly LineEdit[] {
  const section = document.sections.get(row.key);
  if (section === undefined) return [];
  return [
    ...headingEdit(document, section, row.heading),
    ...descriptionEdit(document, section, row.texts),
    ...criteriaEdits(document, section, row.texts),
    ...noteEdit(document, section, row.texts),
  ];
}

function headingEdit(
  document: BoardDocument,
  section: DetailSection,
  title: string | null,
): readonly LineEdit[] {
  const line = document.texts[section.heading] ?? "";
  if (title === null || isSameText("title", headingTitle(document, section), title)) return [];
  const lead = line.slice(0, section.titleAt);
  const spaced = /\s$/u.test(lead) ? lead : `${lead}: `;
  return [{ at: section.heading, remove: 1, insert: [spaced + encodeInline(title)] }];
}

export function headingTitle(document: BoardDocument, section: DetailSection): string {
  return decodeInline((document.texts[section.heading] ?? "").slice(section.titleAt));
}

function descriptionEdit(
  document: BoardDocument,
  section: DetailSection,
  { description }: BoardTexts,
): readonly LineEdit[] {
  const field = fieldOf(section, "description");
  if (field === null || description === undefined) return [];
  if (isSameText("description", readParagraphs(document.texts, field), description)) return [];
  const lead = (document.texts[field.line] ?? "").slice(0, field.textAt);
  const insert = renderParagraphs(/\s$/u.test(lead) ? lead : `${lead} `, description);
  return [{ at: field.line, remove: field.end - field.line, insert }];
}

/** A criterion that stays keeps its line and its tick. */
function criteriaEdits(
  document: BoardDocument,
  section: DetailSection,
  { acceptance }: BoardTexts,
): readonly LineEdit[] {
  const field = fieldOf(section, "acceptance criteria");
  if (field === null || acceptance === undefined) return [];
  const wanted = splitCriteria(acceptance);
  const standing = readCriteria(document.texts, field);
  const gone = standing.filter((each) => !wanted.includes(toOneLine(each.text)));
  const known = new Set(standing.map((each) => toOneLine(each.text)));
  const added = wanted.filter((text) => !known.has(text)).map(renderCriterion);
  return [
    ...gone.map((each) => ({ at: each.line, remove: 1, insert: [] })),
    ...(added.length === 0 ? [] : [{ at: lineAfter(field, standing), remove: 0, insert: added }]),
  ];
}

function lineAfter(field: DetailField, criteria: readonly Criterion[]): number {
  return (criteria.at(-1)?.line ?? field.line) + 1;
}

/** One list item that is replaced, never repeated. */
function noteEdit(
  document: BoardDocument,
  section: DetailSection,
  { note }: BoardTexts,
): readonly LineEdit[] {
  if (note === undefined) return [];
  const field = fieldOf(section, noteLabel.toLowerCase());
  const insert = note === "" ? [] : [renderNote(note)];
  if (field === null) return note === "" ? [] : [{ at: section.end, remove: 0, insert }];
  const standing = decodeInline(readParagraphs(document.texts, field));
  if (isSameText("note", standing, note)) return [];
  return [{ at: field.line, remove: field.end - field.line, insert }];
}

function renderNote(note: string): string {
  return `- **${noteLabel}**: ${encodeInline(note)}`;
}

function fieldOf(section: DetailSection, label: string): DetailField | null {
  return section.fields.find((field) => field.label === label) ?? null;
}

/** Sections for new rows, and for rows whose note has no place yet, at the end of "Task Details". */
export function newSections(document: BoardDocument, rows: readonly RowText[]): readonly LineEdit[] {
  const missing = rows.filter((row) => {
    const isNew = !document.rows.has(row.key) || (row.texts.note ?? "") !== "";
    return isNew && !document.sections.has(row.key);
  });
  if (missing.length === 0) return [];
  const sections = missing.flatMap((row) => ["", ...renderSection(row)]);
  const details = findPart(document.headings, "task details");
  const at = lastTextLine(document.texts, details?.line ?? -1, details?.end ?? document.texts.length);
  const heading = details === null ? ["", "## Task Details"] : [];
  return [{ at, remove: 0, insert: [...heading, ...sections, ...blankBefore(document.texts, at)] }];
}

function renderSection({ key, texts, type }: RowText): readonly string[] {
  const criteria = splitCriteria(texts.acceptance ?? "").map(renderCriterion);
  return [
    `### ${key}: ${encodeInline(texts.title ?? "")}`,
    ...renderParagraphs("- **Description**: ", texts.description ?? ""),
    `- **Type**: ${encodeInline(type)}`,
    ...(criteria.length === 0 ? [] : ["- **Acceptance Criteria**:", ...criteria]),
    ...((texts.note ?? "") === "" ? [] : [renderNote(texts.note ?? "")]),
  ];
}
