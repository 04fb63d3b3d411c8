/** Unique parts of ids: short, sortable by time, safe in file names and refs (`[0-9a-z]+`). */
export interface IdSource {
  next(): string;
}
