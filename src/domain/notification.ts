import type { NotificationId, RunId } from "./ids.ts";

/** One message to one channel because of one event; the key makes it exist once. */
export interface Notification {
  readonly id: NotificationId;
  readonly key: string;
  readonly runId: RunId;
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly title: string;
  readonly text: string;
  readonly state: NotificationState;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly createdAt: Date;
}

export type NotificationState =
  | { readonly status: "pending" }
  | { readonly status: "completed" }
  | { readonly status: "failed"; readonly reason: string };

export const notificationKinds = [
  "needs_approval",
  "needs_you",
  "budget_paused",
  "budget_warned",
  "run_completed",
  "run_failed",
  "run_rolled_back",
] as const;

export type NotificationKind = (typeof notificationKinds)[number];

const maxDeliveryAttempts = 16;

/**
 * For so long a worker that has nothing else to do waits for the next try of a message: an outage of some twenty minutes is
 * waited out. What comes due later is sent by the next worker, whoever starts it.
 */
export const worthWaitingMs = 10 * 60_000;

/**
 * When to try again after this many failures; null when it is given up. Doubles from two seconds to an hour: while a worker
 * is there, a message outlives an outage of five hours.
 */
export function nextDeliveryDelayMs(failures: number): number | null {
  if (failures >= maxDeliveryAttempts) return null;
  return Math.min(2_000 * 2 ** (failures - 1), 60 * 60_000);
}
