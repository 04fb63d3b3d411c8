import type { Notification } from "../domain/notification.ts";
import type { RunId } from "../domain/ids.ts";
import type { EffectTable } from "./effects.ts";

/** Messages that must reach a channel once; sending them never delays a run. */
export interface Outbox {
  /** Nothing happens when a message with this key exists. */
  insert(notification: Notification): Promise<void>;
  /** Due and pending, oldest first, claimed for `leaseMs` so that two workers do not send the same one. */
  claimDue(now: Date, leaseMs: number, limit: number): Promise<readonly Notification[]>;
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
  listOfRun: "read",
} as const satisfies EffectTable<Outbox>;
