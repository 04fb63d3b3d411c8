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

export type CheckState =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "skipped"; readonly reason: string };
