import { messageOf } from "../../domain/errors.ts";
import type { Notification } from "../../domain/notification.ts";
import type { Channel, DeliveryOutcome } from "../../ports/channel.ts";

/** What a line is written to: `process.stderr` is one. */
export interface LineSink {
  write(line: string, done: (error?: Error | null) => void): unknown;
}

const maxCharacters = 300;

/** One line for each message, on the terminal of whoever watches. */
export class TerminalChannel implements Channel {
  readonly name = "terminal";
  readonly #sink: LineSink;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  async deliver(notification: Notification, signal: AbortSignal): Promise<DeliveryOutcome> {
    signal.throwIfAborted();
    try {
      await this.#write(`${renderLine(notification)}\n`);
      return { kind: "delivered" };
    } catch (error) {
      return { kind: "failed", reason: `the terminal is gone: ${messageOf(error)}`, isPermanent: true };
    }
  }

  #write(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sink.write(line, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

/** The title and the last line of the text, which is what to do next. */
function renderLine({ title, text }: Notification): string {
  const next = text.trim().split("\n").at(-1) ?? "";
  const parts = [title, next].map(toPlainText).filter((part) => part !== "");
  return parts.join(" · ");
}

/** Text from a model must not move the cursor, color the screen or turn the writing around. */
function toPlainText(text: string): string {
  const plain = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ")
    .replaceAll(/ {2,}/gu, " ")
    .trim();
  const characters = Array.from(plain);
  return characters.length <= maxCharacters ? plain : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
