import { describe, expect, test } from "vitest";
import { makeId } from "../domain/ids.ts";
import type { Channel } from "../ports/channel.ts";
import { sampleNotification } from "./delivery-samples.ts";

export interface ChannelSubject extends AsyncDisposable {
  readonly channel: Channel;
  /** What arrived, oldest first. */
  readonly arrived: () => Promise<readonly string[]>;
}

/** What every channel promises to the outbox. */
export function describeChannel(name: string, open: () => Promise<ChannelSubject>): void {
  const never = new AbortController().signal;

  describe(`${name} as a channel`, () => {
    test("a message arrives with its title", async () => {
      await using subject = await open();

      const outcome = await subject.channel.deliver(
        sampleNotification({ title: "Landed: due dates" }),
        never,
      );

      expect(outcome).toEqual({ kind: "delivered" });
      expect(await subject.arrived()).toEqual([expect.stringContaining("Landed: due dates")]);
    });

    test("the same message may be delivered again, and another after it", async () => {
      await using subject = await open();
      const first = sampleNotification({ title: "first" });

      await subject.channel.deliver(first, never);
      await subject.channel.deliver(first, never);
      await subject.channel.deliver(sampleNotification({ id: makeId("ntf", "2"), title: "second" }), never);

      expect(await subject.arrived()).toEqual([
        expect.stringContaining("first"),
        expect.stringContaining("first"),
        expect.stringContaining("second"),
      ]);
    });

    test("whatever a message says, it arrives", async () => {
      await using subject = await open();
      const texts = [
        "",
        "\u001B[31mred\u0007",
        "日本語 👩‍💻 \u202Eabc",
        "@everyone <b>&amp;",
        "long ".repeat(20_000),
        "\uD800",
      ];

      for (const text of texts) {
        const message = sampleNotification({ title: `t ${text}`, text });
        expect(await subject.channel.deliver(message, never)).toEqual({ kind: "delivered" });
      }

      expect(await subject.arrived()).toHaveLength(texts.length);
    });

    test("a delivery that is called off sends nothing", async () => {
      await using subject = await open();

      await expect(subject.channel.deliver(sampleNotification(), AbortSignal.abort())).rejects.toThrow(
        /abort/iu,
      );

      expect(await subject.arrived()).toEqual([]);
    });
  });
}
