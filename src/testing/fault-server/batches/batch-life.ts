import type { Fate, Pace } from "../faults/batch-fault.ts";

export type Phase = "validating" | "in_progress" | "finalizing" | "canceling" | End;

export type End = "completed" | "failed" | "expired" | "canceled";

export interface Life {
  readonly pace: Pace;
  readonly fate: Fate;
  /** Looks or milliseconds since it was created, as its pace counts. */
  readonly passed: number;
  /** What had passed when it was canceled. */
  readonly canceledAfter: number | null;
}

/** Where a batch is; computed, so that no order of requests can bring it astray. */
export function phaseOf(life: Life): Phase {
  const { pace, passed, canceledAfter } = life;
  if (canceledAfter === null) return phaseUncanceled(life, passed);
  const then = phaseUncanceled(life, canceledAfter);
  if (isEnd(then)) return then;
  return passed < canceledAfter + pace.canceling ? "canceling" : "canceled";
}

export function isEnd(phase: Phase): phase is End {
  return phase === "completed" || phase === "failed" || phase === "expired" || phase === "canceled";
}

function phaseUncanceled({ pace, fate }: Life, passed: number): Phase {
  const stuckIn = fate.kind === "stuck" ? fate.in : null;
  const validated = pace.validating;
  const worked = validated + pace.inProgress;
  if (passed < validated || stuckIn === "validating") return "validating";
  if (fate.kind === "failed") return "failed";
  if (passed < worked || stuckIn === "in_progress") return "in_progress";
  if (fate.kind === "expired") return "expired";
  return passed < worked + pace.finalizing || stuckIn === "finalizing" ? "finalizing" : "completed";
}
