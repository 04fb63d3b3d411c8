import { isTaskKey } from "../../domain/ids.ts";

const maxCellLength = 200;

/** The key that a cell holds, though it may be bold, a link or in small letters; null when it holds none. */
export function readKey(cell: string): string | null {
  if (cell.length > maxCellLength) return null;
  const found =
    /^[*_`~[\s]*(?<key>[A-Za-z][A-Za-z0-9]*-\d+(?:-\d+)*)[*_`~\]\s]*(?:\([^)]*\))?[*_`~\s]*$/u.exec(cell);
  const key = found?.groups?.["key"]?.toUpperCase() ?? "";
  return isTaskKey(key) ? key : null;
}
