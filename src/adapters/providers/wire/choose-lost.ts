import type { BatchProgress, FindOutcome } from "../../../ports/batch-provider.ts";

/** A batch at the provider that is certainly of the submit whose answer was lost. */
export interface Candidate {
  readonly ref: string;
  readonly end: BatchProgress["kind"];
  readonly hasResults: boolean;
}

/**
 * Which of them it is. One that a person called off there, or that ended badly, is in nobody's way. Only where two are
 * alive at once is there something to decide for a person. Null: there is none.
 */
export function chooseLost(
  candidates: readonly Candidate[],
): Exclude<FindOutcome, { readonly kind: "absent" | "unknown" }> | null {
  const wanted = candidates.filter(({ end }) => end === "pending" || end === "completed");
  const isUndecided = wanted.length > 1 && wanted.some(({ end }) => end === "pending");
  if (isUndecided) return { kind: "ambiguous", refs: wanted.map(({ ref }) => ref) };
  const best = wanted[0] ?? candidates.find(({ hasResults }) => hasResults) ?? candidates[0];
  return best === undefined ? null : { kind: "found", ref: best.ref };
}
