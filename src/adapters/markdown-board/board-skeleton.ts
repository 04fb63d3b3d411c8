import { type BoardDocument, readBoard } from "./board-document.ts";
import { lastTextLine } from "./detail-section.ts";
import { findPart } from "./headings.ts";
import { applyLineEdits, type LineEdit } from "./lines.ts";

const title = [
  "# AAS Active Task Board",
  "",
  "The tasks of this repository. The database is the truth: AAS writes its rows here and reads people's edits of queued tasks.",
  "",
];
const heading = ["## Active Tasks", ""];
const table = [
  "| ID | Priority | Title | Depends On | Status | Assignee | Created | Updated |",
  "|:---|:---|:---|:---|:---|:---|:---|:---|",
];

/** The document with a table for rows, made where it is missing. */
export function withTable(document: BoardDocument): BoardDocument {
  if (document.table.kind !== "missing") return document;
  return readBoard(applyLineEdits(document.lines, [editFor(document)]));
}

function editFor(document: BoardDocument): LineEdit {
  const { texts, headings } = document;
  const part = findPart(headings, "active tasks");
  if (part !== null) {
    const at = lastTextLine(texts, part.line, part.end);
    return { at, remove: 0, insert: ["", ...table, ...blankBefore(texts, at)] };
  }
  const details = findPart(headings, "task details");
  const at = details?.line ?? lastTextLine(texts, -1, texts.length);
  const lead = at > 0 && (texts[at - 1] ?? "").trim() !== "" ? [""] : [];
  const whole = texts.every((text) => text.trim() === "") ? title : lead;
  return { at, remove: 0, insert: [...whole, ...heading, ...table, ...blankBefore(texts, at)] };
}

/** Text that would follow at once must not look like a row. */
export function blankBefore(texts: readonly string[], at: number): readonly string[] {
  return at < texts.length && (texts[at] ?? "").trim() !== "" ? [""] : [];
}
