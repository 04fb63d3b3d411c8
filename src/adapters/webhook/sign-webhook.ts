import { createHmac } from "node:crypto";
import { AasError } from "../../domain/errors.ts";
import type { Secret } from "../../domain/secret.ts";

export interface WebhookMessage {
  /** The same for every delivery of one message, so that a receiver can tell a repetition. */
  readonly id: string;
  /** Of this delivery; receivers refuse old ones. */
  readonly timestampSeconds: number;
  readonly body: string;
}

/** The headers of Standard Webhooks. */
export function signWebhook(key: Buffer, message: WebhookMessage): Readonly<Record<string, string>> {
  const { id, timestampSeconds, body } = message;
  const signature = createHmac("sha256", key).update(`${id}.${timestampSeconds}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": `v1,${signature}`,
  };
}

const minKeyBytes = 16;

/** `whsec_` and base64, as Standard Webhooks write keys; the prefix may be missing. */
export function parseSigningKey(secret: Secret): Buffer {
  const text = secret.reveal().replace(/^whsec_/u, "");
  const key = Buffer.from(text, "base64");
  const isWhole = key.toString("base64").replace(/=+$/u, "") === text.replace(/=+$/u, "");
  if (isWhole && key.length >= minKeyBytes) return key;
  throw new AasError(
    "config_invalid",
    `The secret of the webhook is not base64 of at least ${minKeyBytes} bytes.`,
    { cure: 'Make one: echo "whsec_$(openssl rand -base64 32)", and give it to the receiver too.' },
  );
}
