import { findBwrap as findIn } from "../app/find-program.ts";

/** The bubblewrap that tests use, as the product finds it. */
export function findBwrap(): string | null {
  return findIn(process.env);
}
