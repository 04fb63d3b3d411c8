import type { CheckResult, Gate } from "./check.ts";
import type { ValidationId, Sha } from "./ids.ts";

/** Checks that we ran on one tree, compared with the baseline: a fact, and the same tree is never validated twice. */
export interface Validation {
  readonly id: ValidationId;
  readonly tree: Sha;
  /** Hash of commands, limits and tool versions: another suite is another validation. */
  readonly suite: string;
  readonly baseTree: Sha | null;
  readonly checks: readonly CheckResult[];
  readonly regressions: readonly string[];
  readonly score: number;
  readonly verdict: ValidationVerdict;
  readonly createdAt: Date;
}

export type ValidationVerdict = "passed" | "failed";

const weights: Readonly<Record<Gate, number>> = { must: 3, should: 2, may: 1 };

/** Passed weight over total weight; skipped and forgiven checks do not count; 1 when nothing counts. */
export function scoreOf(checks: readonly CheckResult[]): number {
  const counted = checks.filter(({ state }) => state.status !== "skipped" && state.status !== "forgiven");
  const total = sum(counted.map((check) => weights[check.gate]));
  const passed = sum(
    counted.filter((check) => check.state.status === "passed").map((check) => weights[check.gate]),
  );
  return total === 0 ? 1 : passed / total;
}

/** A failed must fails, whatever the score; otherwise the score decides. */
export function verdictOf(checks: readonly CheckResult[], minScore: number): ValidationVerdict {
  const mustFailed = checks.some((check) => check.gate === "must" && !isHarmless(check));
  return !mustFailed && scoreOf(checks) >= minScore ? "passed" : "failed";
}

/** Said this way round, a status we do not know is no pass. */
function isHarmless(check: CheckResult): boolean {
  return ["passed", "skipped", "forgiven"].includes(check.state.status);
}

/** Whether nothing in it failed or could not say: such a result is believed by everybody and for ever. */
export function isGreen(checks: readonly CheckResult[]): boolean {
  return checks.every(({ state }) => state.status === "passed" || state.status === "skipped");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
