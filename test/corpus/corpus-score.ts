/** What came of one corpus. */
export interface CorpusScore {
  readonly passed: readonly string[];
  readonly failed: readonly FailedCase[];
}

export interface FailedCase {
  readonly id: string;
  /** What is otherwise than it should be. */
  readonly what: string;
}

export interface CheckedCase {
  readonly id: string;
  /** What is otherwise than it should be; none when the case passes. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly name: string;
  readonly expected: unknown;
  readonly read: unknown;
}

export function toScore(cases: readonly CheckedCase[]): CorpusScore {
  return {
    passed: cases.filter(({ differences }) => differences.length === 0).map(({ id }) => id),
    failed: cases
      .filter(({ differences }) => differences.length > 0)
      .map(({ id, differences }) => ({ id, what: describeDifferences(differences) })),
  };
}

function describeDifferences(differences: readonly Difference[]): string {
  const expected = differences.map(({ name, expected: value }) => `${name} ${JSON.stringify(value)}`);
  const read = differences.map(({ name, read: value }) => `${name} ${JSON.stringify(value)}`);
  return `expected ${expected.join(", ")}; read ${read.join(", ")}`;
}

/** Each failing case, and in the last line how many there are of both kinds. */
export function renderScore({ passed, failed }: CorpusScore): string {
  const lines = failed.map(({ id, what }) => `${id}: ${what}`);
  return [...lines, `${passed.length} passed, ${failed.length} failed`].map((line) => `${line}\n`).join("");
}

/** A corpus in which nothing was found proves nothing. */
export function isGood({ passed, failed }: CorpusScore): boolean {
  return passed.length > 0 && failed.length === 0;
}
