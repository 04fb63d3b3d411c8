import type { Notification } from "../domain/notification.ts";
import type { RunId } from "../domain/ids.ts";
import type { EffectTable } from "./effects.ts";

/** Messages that must reach a channel once; sending them never delays a run. */
export interface Outbox {
  /** Nothing happens when a message with this key exists. */
  insert(notification: Notification): Promise<void>;
  /**
   * The oldest that is pending and due for one of these channels, claimed for `leaseMs` so that two workers do not send it
   * both. What only others can deliver is left to them.
   */
  claimDue(now: Date, leaseMs: number, channels: readonly string[]): Promise<Notification | null>;
  /** When the next pending message of these channels comes due; null when none is pending. */
  nextDueAt(channels: readonly string[]): Promise<Date | null>;
  /** After a delivery or a failure: the new state and when to look again. */
  settle(
    id: Notification["id"],
    change: Pick<Notification, "state" | "attempts" | "nextAttemptAt">,
  ): Promise<void>;
  listOfRun(runId: RunId): Promise<readonly Notification[]>;
}

export const outboxEffects = {
  insert: "effect",
  claimDue: "effect",
  settle: "effect",
  nextDueAt: "read",
  listOfRun: "read",
} as const satisfies EffectTable<Outbox>;
