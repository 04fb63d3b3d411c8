import type { BatchState } from "../batch.ts";

const delayedAfterMs = 3_600_000;

/** Whether a provider has had a batch for so long that people want to know. */
export function isBatchDelayed(state: BatchState, now: Date): boolean {
  return state.status === "submitted" && now.getTime() - state.since.getTime() > delayedAfterMs;
}
