import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConfig } from "../../config/parse-config.ts";
import type { Channel } from "../../ports/channel.ts";
import { sampleNotification } from "../../testing/delivery-samples.ts";
import { WebhookReceiver } from "../../testing/webhook-receiver.ts";
import { openChannels } from "./compose-channels.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await WebhookReceiver.start({ secret, logFile: null });
});

afterAll(() => receiver[Symbol.asyncDispose]());

function channelsOf(notify: unknown): Promise<readonly Channel[]> {
  const { config } = parseConfig(JSON.stringify({ notify }), "aas.config.jsonc");
  return openChannels(config, { SHOP_HOOK: receiver.url, SHOP_HOOK_SECRET: secret }, null);
}

test.each([
  ["an address", () => receiver.url],
  ["the name of a variable that holds one", () => "env:SHOP_HOOK"],
])("notify.webhook with %s sends signed messages there", async (_what, url) => {
  const before = receiver.received.length;
  const [channel] = await channelsOf({ webhook: { url: url(), secret: "env:SHOP_HOOK_SECRET" } });

  const outcome = await channel?.deliver(sampleNotification(), AbortSignal.timeout(10_000));

  expect(outcome).toEqual({ kind: "delivered" });
  expect(receiver.received.slice(before).map(({ id, isVerified }) => [id, isVerified])).toEqual([
    [sampleNotification().id, true],
  ]);
});

test("without notify.webhook there is no channel to send with", async () => {
  expect(await channelsOf({})).toEqual([]);
});

test("a variable that is not set is named with its setting", async () => {
  const webhook = { url: "env:SHOP_NOWHERE", secret: "env:SHOP_HOOK_SECRET" };

  await expect(channelsOf({ webhook })).rejects.toMatchObject({
    code: "config_invalid",
    message:
      'notify.webhook.url is "env:SHOP_NOWHERE", but the environment variable SHOP_NOWHERE is not set.',
  });
});
