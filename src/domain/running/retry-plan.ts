import type { Sha } from "../ids.ts";
import type { Integration, RejectionReason } from "../integration.ts";
import { isPastBuilding, type RunState } from "../run.ts";

/** What a retry of a run does again. */
export type RetryPlan =
  /** The stage it stands in. */
  | { readonly kind: "repeat" }
  /** Its work is put onto the base as it is now, and only what does not fit there is built again. */
  | { readonly kind: "fit_again" }
  /** What its branch does not have any more is built again. */
  | { readonly kind: "build_lost" }
  /** All of its work is built again, with a person's word. */
  | { readonly kind: "build_again" };

export interface RetryFacts {
  readonly state: RunState;
  readonly baseSha: Sha;
  readonly entries: readonly Integration[];
  readonly hint: string | null;
}

const repeat: RetryPlan = { kind: "repeat" };

/**
 * The queue would say no to the same work again, so what it rejected goes back to be built. What still stands in the queue,
 * or has landed, is left alone.
 */
export function planRetry({ state, baseSha, entries, hint }: RetryFacts): RetryPlan {
  if (state.status !== "failed") return repeat;
  if (state.code === "work_lost") return { kind: "build_lost" };
  // Nothing was wrong with the work.
  if (state.code === "base_red" || !isPastBuilding(state)) return repeat;
  const rejection = lastRejection(entries.filter((entry) => entry.kind === "run"));
  return rejection === null ? repeat : planAfter(rejection, baseSha, hint);
}

function planAfter(rejection: Rejection, baseSha: Sha, hint: string | null): RetryPlan {
  if (rejection.reason === "conflict") return { kind: "fit_again" };
  if (hint !== null) return { kind: "build_again" };
  const hasMoved = rejection.testedOn !== null && rejection.testedOn !== baseSha;
  return rejection.reason === "checks_failed" && hasMoved ? { kind: "fit_again" } : repeat;
}

interface Rejection {
  readonly reason: RejectionReason;
  readonly testedOn: Sha | null;
}

/** Null when one of the entries is not rejected, or there is none. */
function lastRejection(entries: readonly Integration[]): Rejection | null {
  const rejections = entries.flatMap(({ outcome, candidate }) =>
    outcome?.kind === "rejected" ? [{ reason: outcome.reason, testedOn: candidate?.baseSha ?? null }] : [],
  );
  return rejections.length === entries.length ? (rejections.at(-1) ?? null) : null;
}
