import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "../../../domain/secret.ts";
import type { ModelReply, ModelRequest } from "../../../ports/model.ts";
import { HandClock, Loopback, type Reply } from "../wire/loopback.fixture.ts";
import { AnthropicModel } from "./anthropic-model.ts";
import { message } from "./anthropic-server.fixture.ts";

const key = `sk-ant-${randomUUID()}`;
const request: ModelRequest = {
  purpose: "build",
  promptVersion: "build.v1",
  system: "",
  prompt: "p",
  schema: null,
  maxOutputTokens: 100,
};

let http: Loopback;
let clock: HandClock;

beforeEach(async () => {
  http = await Loopback.start();
  clock = new HandClock();
});

afterEach(() => http[Symbol.asyncDispose]());

function complete(...replies: readonly Reply[]): Promise<ModelReply> {
  const left = [...replies];
  http.answer = () => left.shift() ?? "reset";
  const { pause } = clock;
  const options = {
    baseUrl: http.url,
    apiKey: new Secret(key),
    model: "claude-test",
    price: null,
    clock,
    pause,
  };
  return new AnthropicModel(options).complete(request, new AbortController().signal);
}

function failure(status: number, type: string, headers = {}): Reply {
  return { status, headers, json: { type: "error", error: { type, message: `${type} for ${key}` } } };
}

test("an answer is read without the thoughts before it", async () => {
  expect(await complete({ json: message("hello") })).toEqual({
    text: "hello",
    finish: "stop",
    usage: { inputTokens: 150, cacheReadTokens: 30, cacheWriteTokens: 20, outputTokens: 50 },
    model: "claude-test",
  });
  expect(JSON.parse(http.received[0]?.body.toString() ?? "")).toEqual({
    model: "claude-test",
    max_tokens: 100,
    messages: [{ role: "user", content: "p" }],
  });
});

test("a server that has too much to do is asked again", async () => {
  const busy = failure(529, "overloaded_error");
  const limited = failure(429, "rate_limit_error", { "retry-after": "2" });

  expect((await complete(busy, limited, { json: message("hello") })).text).toBe("hello");
  expect(clock.pauses).toEqual([1_000, 2_000]);
});

test.each([
  [failure(500, "api_error"), { code: "provider_unavailable", retryable: true }],
  [
    { status: 200, json: {} },
    { code: "provider_unavailable", retryable: true },
  ],
  [failure(402, "billing_error"), { code: "provider_unpaid", retryable: false }],
  [
    failure(401, "authentication_error"),
    { code: "provider_refused", cure: expect.stringContaining("ANTHROPIC_API_KEY") },
  ],
  [failure(404, "not_found_error"), { code: "provider_refused", retryable: false }],
])("%j is an error that says what to do, without the key", async (reply, expected) => {
  const error: unknown = await complete(reply).catch((each: unknown) => each);

  expect(error).toMatchObject(expected);
  expect(String(error)).not.toContain(key);
  expect(http.received).toHaveLength(1);
});
