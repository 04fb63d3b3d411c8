import { AasError } from "../../domain/errors.ts";
import type { Notification } from "../../domain/notification.ts";
import type { Secret } from "../../domain/secret.ts";
import type { Channel, DeliveryOutcome } from "../../ports/channel.ts";
import { parseSigningKey, signWebhook } from "./sign-webhook.ts";
import { parseWebhookAddress } from "./webhook-address.ts";

export interface WebhookOptions {
  readonly url: string;
  readonly secret: Secret;
  readonly timeoutMs?: number;
  /** Allows http to other machines. */
  readonly isPlainHttpAllowed?: boolean;
}

const usualTimeoutMs = 10_000;

/** Messages to a person's own address, signed as Standard Webhooks are. */
export class WebhookChannel implements Channel {
  readonly name = "webhook";
  readonly #url: URL;
  readonly #key: Buffer;
  readonly #timeoutMs: number;

  constructor(options: WebhookOptions) {
    this.#url = parseWebhookAddress(options.url, options.isPlainHttpAllowed ?? false);
    this.#key = parseSigningKey(options.secret);
    this.#timeoutMs = options.timeoutMs ?? usualTimeoutMs;
  }

  async deliver(notification: Notification, signal: AbortSignal): Promise<DeliveryOutcome> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await this.#post(notification, AbortSignal.any([signal, deadline]));
      await response.body?.cancel();
      return toOutcome(response);
    } catch (error) {
      if (signal.aborted) throw new AasError("canceled", "The delivery was called off.", { cause: error });
      const reason = deadline.aborted ? `did not answer in ${this.#timeoutMs} ms` : reasonOf(error);
      return { kind: "failed", reason: `${this.#url.host} ${reason}`, isPermanent: false };
    }
  }

  #post(notification: Notification, signal: AbortSignal): Promise<Response> {
    const body = renderBody(notification);
    const timestampSeconds = Math.floor(Date.now() / 1000);
    return fetch(this.#url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "aas",
        ...signWebhook(this.#key, { id: notification.id, timestampSeconds, body }),
      },
      body,
      redirect: "manual",
      signal,
    });
  }
}

/** The same bytes for every delivery of one message. */
function renderBody({ id, runId, kind, title, text, createdAt }: Notification): string {
  const data = { id, run_id: runId, kind, title, text };
  return JSON.stringify({ type: `run.${kind}`, timestamp: createdAt.toISOString(), data });
}

/** A redirect is not followed: what is signed for one host is not sent to another. */
function toOutcome({ status, headers }: Response): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status >= 300 && status < 400) {
    return { kind: "failed", reason: `answered ${status}: redirects are not followed`, isPermanent: true };
  }
  const isPermanent = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return { kind: "failed", reason: `answered ${status}${waitOf(headers)}`, isPermanent };
}

/** Seconds or a date; only shown, since when to try again is the outbox's own rule. */
function waitOf(headers: Headers): string {
  const wait = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/u.test(wait)) return `, try again in ${wait} s`;
  const until = Date.parse(wait);
  return Number.isNaN(until) ? "" : `, try again at ${new Date(until).toISOString()}`;
}

/** The code of the network's failure; its text could name the address, which may be a secret. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^[A-Z0-9_]+$/u.test(code) ? `could not be reached (${code})` : "could not be reached";
}
