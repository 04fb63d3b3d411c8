import type { Attempt } from "../../domain/attempt.ts";
import type { GraphNode } from "../../domain/graph/graph-node.ts";
import { roundsOf } from "../../domain/graph/rounds.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";

/** How long building takes if every task needs one attempt and all take the same time. Checks of the landing come on top. */
export interface TimeEstimate {
  readonly rounds: number;
  readonly attemptMs: number;
  /** Attempts of earlier runs that the time is the median of; 0: none is known, the time is assumed. */
  readonly measuredAttempts: number;
  readonly buildingMs: number;
  /** The longest wait for batches before that; null: none are sent. */
  readonly batchLimitMs: number | null;
}

const assumedAttemptMs = 120_000;

export function estimateTime(
  nodes: readonly GraphNode[],
  policy: Pick<RunPolicy, "parallelTasks" | "batchLimitMs">,
  known: { readonly attempts: readonly Attempt[]; readonly isBatched: boolean },
): TimeEstimate {
  const measured = known.attempts.flatMap(durationOf).toSorted((a, b) => a - b);
  const attemptMs = measured[Math.floor(measured.length / 2)] ?? assumedAttemptMs;
  const rounds = roundsOf(nodes, policy.parallelTasks);
  return {
    rounds,
    attemptMs,
    measuredAttempts: measured.length,
    buildingMs: rounds * attemptMs,
    batchLimitMs: known.isBatched ? policy.batchLimitMs : null,
  };
}

/** What was called off or lost says nothing of how long building takes. */
function durationOf({ state, startedAt, finishedAt }: Attempt): readonly number[] {
  const isWhole = state.status === "completed" || state.status === "failed";
  return isWhole && finishedAt !== null ? [finishedAt.getTime() - startedAt.getTime()] : [];
}
