import type { TestCase } from "./test-report.ts";

/** must: fails the validation whatever the score · should: lowers the score · may: is told. */
export type Gate = "must" | "should" | "may";

export type CheckKind = "tests" | "types" | "lint" | "acceptance" | "other";

/** A command that we run in the sandbox. It comes from the configuration at the base commit, never from a change. */
export interface CheckDefinition {
  readonly name: string;
  readonly kind: CheckKind;
  readonly gate: Gate;
  readonly command: readonly string[];
  readonly report: "junit" | "exit_code";
  readonly timeoutMs: number;
}

/** What one check found on one tree. */
export interface CheckResult {
  readonly name: string;
  readonly kind: CheckKind;
  readonly gate: Gate;
  readonly command: readonly string[];
  readonly state: CheckState;
  readonly cases: readonly TestCase[];
  /** The end of what the command printed. */
  readonly output: string;
  readonly durationMs: number;
}

/** Whether all that is known of it is how its command ended: its one case has its name. */
export function isExitStatus({ name, cases }: CheckResult): boolean {
  return cases.length === 1 && cases[0]?.id === name;
}

export type CheckState =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly reason: string }
  /** It fails, and failed before the change too: told, and not blamed on it. */
  | { readonly status: "forgiven"; readonly reason: string }
  /** It could not say: it was ended from outside, did not begin, or left no word. Never a pass, and asked again says more. */
  | { readonly status: "errored"; readonly reason: string }
  | { readonly status: "skipped"; readonly reason: string };
