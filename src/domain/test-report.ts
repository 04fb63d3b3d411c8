/** `errored` is a test that could not say: it broke before, beside or after its assertions. */
export type CaseOutcome = "passed" | "failed" | "errored" | "skipped";

/** One test as its report names it. */
export interface TestCase {
  /** The same for the same test in every run: `file::class::name`, with `#2` and so on where that is not unique. */
  readonly id: string;
  readonly outcome: CaseOutcome;
  /** Why it did not pass; the same words in every run, because they go into prompts. */
  readonly message: string | null;
}

export interface TestReport {
  readonly cases: readonly TestCase[];
}

/** A report in which every id occurs once: tests with the same name are told apart by the order in which they ran. */
export function toTestReport(cases: readonly TestCase[]): TestReport {
  const given = new Set(cases.map((testCase) => testCase.id));
  const taken = new Set<string>();
  return {
    cases: cases.map((testCase) => {
      const isTaken = (id: string): boolean => given.has(id) || taken.has(id);
      const id = taken.has(testCase.id) ? numberedId(testCase.id, isTaken) : testCase.id;
      taken.add(id);
      return { ...testCase, id };
    }),
  };
}

export function isBroken(testCase: TestCase): boolean {
  return testCase.outcome === "failed" || testCase.outcome === "errored";
}

function numberedId(id: string, isTaken: (id: string) => boolean): string {
  for (let number = 2; ; number += 1) {
    const candidate = `${id}#${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}
