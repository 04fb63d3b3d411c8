export type CaseOutcome = "passed" | "failed" | "errored" | "skipped";

/** One test as its report names it. */
export interface TestCase {
  readonly id: string;
  readonly outcome: CaseOutcome;
  readonly message: string | null;
}
