/** What an answer asks for, as written; whether it can be done is decided later. */
export type Operation =
  | { readonly kind: "file"; readonly path: string; readonly lines: readonly string[] }
  | { readonly kind: "edit"; readonly path: string; readonly changes: readonly Change[] };

/** Exact lines of a file and the lines that stand there instead. */
export interface Change {
  readonly search: readonly string[];
  readonly replace: readonly string[];
}
