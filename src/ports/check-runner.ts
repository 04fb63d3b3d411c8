import type { TestCase } from "../domain/test-report.ts";
import type { EffectList } from "./effects.ts";

/** Runs one configured command on one tree and says what each of its tests did. */
export interface CheckRunner {
  /** An aborted run throws `canceled`: nobody wants the answer any more. */
  run(check: CheckCommand, treeFolder: string, signal: AbortSignal): Promise<CheckOutcome>;
}

export interface CheckCommand {
  readonly name: string;
  /** Program and arguments; `{report}` in an argument becomes the path where the JUnit report is expected. */
  readonly command: readonly string[];
  /** Where the verdict comes from: a report with a result per test, or the exit status alone. */
  readonly report: "junit" | "exit_code";
  readonly timeoutMs: number;
}

export type CheckOutcome =
  | {
      readonly kind: "ran";
      readonly passed: boolean;
      readonly cases: readonly TestCase[];
      readonly output: string;
      readonly durationMs: number;
    }
  /** The suite did not run, took too long, or its report and its exit status contradict each other: never a pass. */
  | { readonly kind: "invalid"; readonly reason: string; readonly output: string }
  /** Says nothing about the tree: to be tried again when the cause is cured. */
  | { readonly kind: "infrastructure"; readonly reason: string; readonly cure: string };

export const checkRunnerEffects = { effects: ["run"], reads: [] } as const satisfies EffectList<CheckRunner>;
