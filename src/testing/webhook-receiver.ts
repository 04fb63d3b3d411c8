import { createHmac, timingSafeEqual } from "node:crypto";
import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

export interface ReceivedWebhook {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly isVerified: boolean;
  readonly body: string;
}

/** `hang`: never answers; `drop`: closes the connection. */
export type WebhookAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | "hang"
  | "drop";

export interface WebhookReceiverOptions {
  /** As the sender has it: `whsec_…`. */
  readonly secret: string;
  /** One line of JSON for each delivery. */
  readonly logFile: string | null;
  /** By the number of the delivery, from 0; usually 204. */
  readonly answer?: (index: number) => WebhookAnswer;
  /** It closes by itself when nothing arrived for so long. */
  readonly idleMs?: number;
}

const toleranceSeconds = 300;

/** A receiver of signed webhooks on the loopback, as its owner would write it: by the published rules, not with our code. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: ReceivedWebhook[] = [];
  readonly #options: WebhookReceiverOptions;
  readonly #server: Server;
  #idle: NodeJS.Timeout | null = null;

  private constructor(options: WebhookReceiverOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  static async start(options: WebhookReceiverOptions): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(options);
    await new Promise<void>((resolve) => {
      receiver.#server.listen(0, "127.0.0.1", resolve);
    });
    receiver.#restartIdleTimer();
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The receiver is closed");
    return `http://127.0.0.1:${address.port}/hook`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #restartIdleTimer(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this[Symbol.asyncDispose](), this.#options.idleMs ?? 60_000);
    this.#idle.unref();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#restartIdleTimer();
    const body = await text(request);
    const delivery: ReceivedWebhook = {
      id: headerOf(request, "webhook-id"),
      timestampSeconds: Number(headerOf(request, "webhook-timestamp")),
      isVerified: isVerified(this.#options.secret, request, body),
      body,
    };
    this.received.push(delivery);
    if (this.#options.logFile !== null) {
      appendFileSync(this.#options.logFile, `${JSON.stringify({ path: request.url, ...delivery })}\n`);
    }
    const answer = this.#options.answer?.(this.received.length - 1) ?? { status: 204 };
    if (answer === "drop") request.socket.destroy();
    else if (answer !== "hang") response.writeHead(answer.status, { ...answer.headers }).end();
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

function isVerified(secret: string, request: IncomingMessage, body: string): boolean {
  const timestamp = headerOf(request, "webhook-timestamp");
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${headerOf(request, "webhook-id")}.${timestamp}.${body}`;
  const expected = createHmac("sha256", key).update(signed).digest();
  return headerOf(request, "webhook-signature")
    .split(" ")
    .some((signature) => {
      const [version, given = ""] = signature.split(",");
      const bytes = Buffer.from(given, "base64");
      return version === "v1" && bytes.length === expected.length && timingSafeEqual(bytes, expected);
    });
}
