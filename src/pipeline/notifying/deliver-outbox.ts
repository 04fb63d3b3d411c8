import { messageOf } from "../../domain/errors.ts";
import { nextDeliveryDelayMs, type Notification } from "../../domain/notification.ts";
import type { Channel, DeliveryOutcome } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";

const leaseMs = 60_000;
const pageSize = 20;

/** Sends what is due. Sending and noting cannot be one step, so a receiver may see a message twice, with the same id. */
export async function deliverOutbox(
  deps: { readonly db: Database; readonly clock: Clock; readonly channels: readonly Channel[] },
  signal: AbortSignal,
): Promise<number> {
  const due = await deps.db.outbox.claimDue(deps.clock.now(), leaseMs, pageSize);
  for (const notification of due) {
    const channel = deps.channels.find((each) => each.name === notification.channel);
    const outcome = await tryDeliver(channel, notification, signal);
    await deps.db.outbox.settle(notification.id, settlementOf(notification, outcome, deps.clock.now()));
  }
  return due.length;
}

async function tryDeliver(
  channel: Channel | undefined,
  notification: Notification,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  if (channel === undefined) {
    return { kind: "failed", reason: `no channel ${notification.channel} is configured`, isPermanent: true };
  }
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
