import { messageOf } from "../../domain/errors.ts";
import { nextDeliveryDelayMs, type Notification } from "../../domain/notification.ts";
import type { Channel, DeliveryOutcome } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";

export interface DeliveringDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly channels: readonly Channel[];
}

/** Longer than any channel takes for one message. */
const leaseMs = 60_000;
const maxAtOnce = 20;

/**
 * Sends what is due, one message after the other, each claimed only when its turn has come: a channel that hangs holds no
 * claim that runs out. Sending and noting cannot be one step, so a receiver may see a message twice, with the same id.
 */
export async function deliverOutbox(deps: DeliveringDeps, signal: AbortSignal): Promise<void> {
  const names = deps.channels.map((channel) => channel.name);
  for (let sent = 0; sent < maxAtOnce && !signal.aborted; sent += 1) {
    const notification = await deps.db.outbox.claimDue(deps.clock.now(), leaseMs, names);
    const channel = deps.channels.find((each) => each.name === notification?.channel);
    if (notification === null || channel === undefined) return;
    const outcome = await tryDeliver(channel, notification, signal);
    await deps.db.outbox.settle(notification.id, settlementOf(notification, outcome, deps.clock.now()));
  }
}

async function tryDeliver(
  channel: Channel,
  notification: Notification,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  try {
    return await channel.deliver(notification, signal);
  } catch (error) {
    return { kind: "failed", reason: messageOf(error), isPermanent: false };
  }
}

export function settlementOf(
  notification: Notification,
  outcome: DeliveryOutcome,
  now: Date,
): Pick<Notification, "state" | "attempts" | "nextAttemptAt"> {
  const attempts = notification.attempts + 1;
  if (outcome.kind === "delivered") return { state: { status: "completed" }, attempts, nextAttemptAt: now };
  const delay = outcome.isPermanent ? null : nextDeliveryDelayMs(attempts);
  if (delay === null)
    return { state: { status: "failed", reason: outcome.reason }, attempts, nextAttemptAt: now };
  return { state: { status: "pending" }, attempts, nextAttemptAt: new Date(now.getTime() + delay) };
}
