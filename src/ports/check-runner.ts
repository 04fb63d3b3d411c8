import type { CheckDefinition } from "../domain/check.ts";
import type { TestCase } from "../domain/test-report.ts";
import type { EffectTable } from "./effects.ts";

/** Runs one check on a tree inside the sandbox and reads what it reports. */
export interface CheckRunner {
  run(check: CheckCommand, treeFolder: string, signal: AbortSignal): Promise<CheckOutcome>;
  /** Name and version of the walls it runs behind: part of what makes two results comparable. */
  readonly profile: string;
}

export type CheckCommand = Pick<CheckDefinition, "name" | "command" | "report" | "timeoutMs">;

export type CheckOutcome =
  | {
      readonly kind: "ran";
      readonly passed: boolean;
      readonly cases: readonly TestCase[];
      readonly output: string;
      readonly durationMs: number;
    }
  /** The suite did not run, or its report and its exit status contradict each other: never a pass. */
  | { readonly kind: "invalid"; readonly reason: string; readonly output: string }
  /** It was ended from outside, never began, or left no word: nothing is known of the tree. */
  | { readonly kind: "inconclusive"; readonly reason: string; readonly output: string }
  /** It wanted more memory than there is for it. Whose fault that is, only the base can tell: it has the same limit. */
  | {
      readonly kind: "exhausted";
      readonly reason: string;
      readonly output: string;
      readonly cure: string;
    }
  /** Nothing is said about the change: no sandbox, aborted. */
  | {
      readonly kind: "infrastructure";
      readonly reason: string;
      readonly cure: string;
      /** False: the same happens again until a person does something. */
      readonly isTransient: boolean;
    };

export const checkRunnerEffects = {
  run: "effect",
  profile: "read",
} as const satisfies EffectTable<CheckRunner>;
