import type { LineOutcome } from "../answers/line-outcome.ts";
import type { WorkedLine } from "./held-batch.ts";

export interface OutcomeCounts {
  readonly answered: number;
  readonly failed: number;
  readonly expired: number;
  readonly canceled: number;
}

export function countOutcomes(worked: readonly WorkedLine[]): OutcomeCounts {
  const count = (isCounted: (outcome: LineOutcome) => boolean): number =>
    worked.filter(({ outcome }) => isCounted(outcome)).length;
  return {
    answered: count(({ kind }) => kind === "answered"),
    failed: count(({ kind }) => kind === "error" || kind === "status_zero"),
    expired: count(({ kind }) => kind === "expired"),
    canceled: count(({ kind }) => kind === "canceled"),
  };
}

export function isFailure({ kind }: LineOutcome): boolean {
  return kind !== "answered" && kind !== "status_zero";
}
