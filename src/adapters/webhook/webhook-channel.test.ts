import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeId } from "../../domain/ids.ts";
import { Secret } from "../../domain/secret.ts";
import { sampleNotification } from "../../testing/delivery-samples.ts";
import { describeChannel } from "../../testing/describe-channel.ts";
import { type WebhookAnswer, WebhookReceiver } from "../../testing/webhook-receiver.ts";
import { parseSigningKey, signWebhook } from "./sign-webhook.ts";
import { WebhookChannel, type WebhookOptions } from "./webhook-channel.ts";

const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const never = new AbortController().signal;

async function receive(...answers: readonly WebhookAnswer[]): Promise<WebhookReceiver> {
  return WebhookReceiver.start({
    secret,
    logFile: null,
    answer: (index) => answers[index] ?? { status: 204 },
  });
}

function channelTo(url: string, options: Partial<WebhookOptions> = {}): WebhookChannel {
  return new WebhookChannel({ url, secret: new Secret(secret), ...options });
}

describeChannel("WebhookChannel", async () => {
  const receiver = await receive();
  return {
    channel: channelTo(receiver.url),
    arrived: async () => receiver.received.filter((each) => each.isVerified).map((each) => each.body),
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
});

test("the signature is the published one of Standard Webhooks", () => {
  const key = parseSigningKey(new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

  const headers = signWebhook(key, {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestampSeconds: 1_614_265_330,
    body: '{"test": 2432232314}',
  });

  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("a message is the same in every delivery, signed anew, and holds what a receiver needs", async () => {
  await using receiver = await receive({ status: 503 });
  const message = sampleNotification({ id: makeId("ntf", "7"), kind: "run_failed", title: "T", text: "x" });

  const first = await channelTo(receiver.url).deliver(message, never);
  const second = await channelTo(receiver.url).deliver(message, never);

  expect([first.kind, second.kind]).toEqual(["failed", "delivered"]);
  expect(receiver.received.map(({ id, isVerified }) => [id, isVerified])).toEqual([
    ["ntf_7", true],
    ["ntf_7", true],
  ]);
  expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  expect(JSON.parse(receiver.received[0]?.body ?? "")).toEqual({
    type: "run.run_failed",
    timestamp: message.createdAt.toISOString(),
    data: { id: "ntf_7", run_id: message.runId, kind: "run_failed", title: "T", text: "x" },
  });
});

test("the receiver logs what it got and refuses a signature made with another secret", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aas-hooks-"));
  const logFile = join(folder, "received.jsonl");
  await using receiver = await WebhookReceiver.start({ secret, logFile });
  const other = new Secret(`whsec_${Buffer.alloc(24, 8).toString("base64")}`);

  await channelTo(receiver.url, { secret: other }).deliver(sampleNotification(), never);
  await channelTo(receiver.url).deliver(sampleNotification(), never);

  const lines = readFileSync(logFile, "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { path: "/hook", isVerified: false },
    { path: "/hook", isVerified: true },
  ]);
  rmSync(folder, { recursive: true });
});

describe("an answer of the receiver", () => {
  test.each<[number, boolean]>([
    [400, true],
    [401, true],
    [404, true],
    [410, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])("%i is permanent: %s", async (status, isPermanent) => {
    await using receiver = await receive({ status });

    expect(await channelTo(receiver.url).deliver(sampleNotification(), never)).toEqual({
      kind: "failed",
      reason: `answered ${status}`,
      isPermanent,
    });
  });

  test.each([
    ["120", "answered 429, try again in 120 s"],
    ["Thu, 01 Jan 2026 12:00:00 GMT", "answered 429, try again at 2026-01-01T12:00:00.000Z"],
    ["soon", "answered 429"],
  ])("that asks to wait (%s) is told", async (wait, reason) => {
    await using receiver = await receive({ status: 429, headers: { "retry-after": wait } });

    expect(await channelTo(receiver.url).deliver(sampleNotification(), never)).toMatchObject({ reason });
  });

  test("that sends it elsewhere is not followed", async () => {
    await using elsewhere = await receive();
    await using receiver = await receive({ status: 307, headers: { location: elsewhere.url } });

    expect(await channelTo(receiver.url).deliver(sampleNotification(), never)).toEqual({
      kind: "failed",
      reason: "answered 307: redirects are not followed",
      isPermanent: true,
    });
    expect(elsewhere.received).toEqual([]);
  });

  test("that never comes is waited for only so long", async () => {
    await using receiver = await receive("hang");

    const outcome = await channelTo(receiver.url, { timeoutMs: 50 }).deliver(sampleNotification(), never);

    expect(outcome).toEqual({
      kind: "failed",
      reason: `${new URL(receiver.url).host} did not answer in 50 ms`,
      isPermanent: false,
    });
  });

  test("that breaks off may be tried again, and the reason does not tell the address", async () => {
    await using receiver = await receive("drop");

    const outcome = await channelTo(`${receiver.url}?token=hidden`).deliver(sampleNotification(), never);

    expect(outcome).toMatchObject({ kind: "failed", isPermanent: false });
    expect(JSON.stringify(outcome)).not.toContain("hidden");
  });
});

test("a receiver that is not there is tried again", async () => {
  const receiver = await receive();
  const { url } = receiver;
  await receiver[Symbol.asyncDispose]();

  expect(await channelTo(url).deliver(sampleNotification(), never)).toEqual({
    kind: "failed",
    reason: `${new URL(url).host} could not be reached (ECONNREFUSED)`,
    isPermanent: false,
  });
});

test("a delivery can be called off while it waits", async () => {
  await using receiver = await receive("hang");
  const stop = new AbortController();

  const delivery = channelTo(receiver.url).deliver(sampleNotification(), stop.signal);
  await expect.poll(() => receiver.received.length).toBe(1);
  stop.abort();

  await expect(delivery).rejects.toMatchObject({ code: "canceled" });
});

describe("an address", () => {
  test.each([
    "https://example.org/hook",
    "http://localhost:9/",
    "http://127.0.0.1:9/",
    "http://127.8.8.8/",
    "http://[::1]:9/",
  ])("%s is taken", (url) => {
    expect(channelTo(url).name).toBe("webhook");
  });

  test.each([
    ["", "is no address"],
    ["example.org", "is no address"],
    ["ftp://example.org", "has the scheme ftp:"],
    ["https://me:hidden@example.org", "holds a name or a password"],
    ["http://example.org/hook", "would send to example.org in the clear"],
    ["http://10.0.0.1/", "in the clear"],
    ["http://127.0.0.1.example.org/", "in the clear"],
    ["http://localhost.example.org/", "in the clear"],
  ])("%j is refused without repeating it", (url, reason) => {
    expect(() => channelTo(url)).toThrow(reason);
    expect(() => channelTo(url)).not.toThrow("hidden");
  });

  test("in the clear is taken where the settings say so", () => {
    expect(channelTo("http://example.org/", { isPlainHttpAllowed: true }).name).toBe("webhook");
  });
});

test.each(["", "whsec_", "hunter2", "not base64 at all!", "c2hvcnQ="])(
  "the secret %j is refused and not shown",
  (text) => {
    const make = (): WebhookChannel => channelTo("https://example.org", { secret: new Secret(text) });

    expect(make).toThrow("The secret of the webhook is not base64 of at least 16 bytes.");
  },
);
