import { editableFields } from "../../ports/board.ts";
import type { BoardField } from "./board-texts.ts";

/** One field in which board and database differ, three ways. */
export interface FieldSides {
  readonly field: BoardField;
  /** Whether there is a common ancestor at all. */
  readonly isKnown: boolean;
  /** Whether the board says what we wrote last. */
  readonly boardIsOurs: boolean;
  /** Whether the database says what we wrote last. */
  readonly truthIsOld: boolean;
  /** Whether people may still change the task. */
  readonly isEditable: boolean;
}

export type FieldMerge =
  | "keep"
  /** The database's text goes onto the board. */
  | "write"
  /** A person's text stays and waits to be read. */
  | "edit"
  /** A person wrote what is not theirs to write: the database's text goes back. */
  | "refuse"
  /** Both changed: the database's text stands, both are told. */
  | "conflict";

/** Dates of change and notes are by the way: nobody is troubled for these. */
const quietFields: ReadonlySet<string> = new Set(["updated", "note"]);

export function mergeField(sides: FieldSides): FieldMerge {
  const isTheirs = (editableFields as readonly string[]).includes(sides.field);
  if (!sides.isKnown) return isTheirs ? "conflict" : "write";
  if (sides.boardIsOurs) return "write";
  if (quietFields.has(sides.field)) return sides.truthIsOld ? "keep" : "write";
  if (!isTheirs) return "refuse";
  if (!sides.truthIsOld) return "conflict";
  return sides.isEditable ? "edit" : "refuse";
}
