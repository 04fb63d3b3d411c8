import type { Notification } from "../domain/notification.ts";
import type { EffectTable } from "./effects.ts";

/** Delivers messages to one place. */
export interface Channel {
  readonly name: string;
  deliver(notification: Notification, signal: AbortSignal): Promise<DeliveryOutcome>;
}

export type DeliveryOutcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly reason: string; readonly isPermanent: boolean };

export const channelEffects = {
  deliver: "effect",
  name: "read",
} as const satisfies EffectTable<Channel>;
