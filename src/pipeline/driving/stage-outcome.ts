import type { RunId } from "../../domain/ids.ts";
import type { MoneyQuestion } from "../../domain/money/money-question.ts";
import type { FailureCode, PauseReason } from "../../domain/run.ts";

/** How a stage ended this time. Expected ends are values: only surprises are thrown. */
export type StageOutcome =
  | {
      readonly kind: "finished";
      readonly status: "success" | "partial";
      readonly output: string;
      readonly warnings?: readonly string[];
      readonly metrics?: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: "paused";
      readonly reason: Exclude<PauseReason, "money">;
      readonly message: string;
    }
  | {
      readonly kind: "paused";
      readonly reason: "money";
      readonly question: MoneyQuestion;
      readonly message: string;
    }
  | {
      readonly kind: "failed";
      readonly code: FailureCode;
      readonly message: string;
      readonly cure: string | null;
      readonly details?: readonly string[];
    }
  /** The run was paused, canceled or moved by somebody else while the stage worked. */
  | { readonly kind: "interrupted" };

/** The cure of most failures: another round, with what a person knows. */
export function retryCommand(runId: RunId): string {
  return `aas automate retry ${runId} --hint "…"`;
}
