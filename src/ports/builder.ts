import type { OverBudget } from "../domain/money/budget.ts";
import type { AttemptId, Sha } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { Plan } from "../domain/plan.ts";
import type { Json } from "../domain/json.ts";
import type { Task } from "../domain/task.ts";
import type { AttemptFailure } from "../domain/attempt.ts";
import type { ParsedAnalysis } from "../domain/analysis.ts";
import type { EffectTable } from "./effects.ts";

/** Makes one attempt at a task in a worktree. What it says of its work is a claim; the worktree is the answer. */
export interface Builder {
  readonly name: string;
  build(order: BuildOrder, signal: AbortSignal): Promise<BuildOutcome>;
}

export interface BuildOrder {
  readonly run: Run;
  readonly task: Task;
  readonly attemptId: AttemptId;
  /** The commit the worktree was made from. */
  readonly baseSha: Sha;
  /** The only folder it may write to. */
  readonly worktree: string;
  readonly analysis: ParsedAnalysis | null;
  /** What the analysis proposes beyond its steps, bound to the files at `baseSha`. */
  readonly plan: Plan | null;
  /** Why the attempt before failed. */
  readonly lastFailure: AttemptFailure | null;
  /** Titles of what was collected since the failed attempt started. */
  readonly landedMeanwhile: readonly string[];
}

export type BuildOutcome =
  | { readonly kind: "built"; readonly claims: Json }
  | { readonly kind: "failed"; readonly summary: string; readonly details: readonly string[] }
  | OverBudget;

export const builderEffects = {
  build: "effect",
  name: "read",
} as const satisfies EffectTable<Builder>;
