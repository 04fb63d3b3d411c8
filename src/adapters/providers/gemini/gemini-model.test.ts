import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "../../../domain/secret.ts";
import type { ModelReply, ModelRequest } from "../../../ports/model.ts";
import { HandClock, Loopback, type Reply } from "../wire/loopback.fixture.ts";
import { GeminiModel } from "./gemini-model.ts";
import { content, failure } from "./gemini-server.fixture.ts";

const key = `AIza${randomUUID()}`;
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
    model: "gemini-test",
    price: null,
    clock,
    pause,
  };
  return new GeminiModel(options).complete(request, new AbortController().signal);
}

test("an answer is read without the thoughts before it", async () => {
  expect(await complete({ json: content("hello") })).toEqual({
    text: "hello",
    finish: "stop",
    usage: { inputTokens: 120, cacheReadTokens: 20, cacheWriteTokens: 0, outputTokens: 40 },
    model: "gemini-test",
  });
  expect(http.received[0]?.path).toBe("/v1beta/models/gemini-test:generateContent");
  expect(JSON.parse(http.received[0]?.body.toString() ?? "")).toEqual({
    contents: [{ role: "user", parts: [{ text: "p" }] }],
    generationConfig: { maxOutputTokens: 100 },
  });
});

test("a server that has too much to do is asked again, when it says", async () => {
  const limited = failure(429, "RESOURCE_EXHAUSTED", "quota", [{ retryDelay: "3s" }]);

  const reply = await complete(failure(503, "UNAVAILABLE", "overloaded"), limited, {
    json: content("hello"),
  });

  expect(reply.text).toBe("hello");
  expect(clock.pauses).toEqual([1_000, 3_000]);
});

test.each([
  [failure(500, "INTERNAL", key), { code: "provider_unavailable", retryable: true }],
  [
    { status: 200, json: {} },
    { code: "provider_unavailable", retryable: true },
  ],
  [failure(402, "FAILED_PRECONDITION", key, [{ reason: "BILLING_DISABLED" }]), { code: "provider_unpaid" }],
  [
    failure(400, "INVALID_ARGUMENT", key, [{ reason: "API_KEY_INVALID" }]),
    { code: "provider_refused", cure: expect.stringContaining("GEMINI_API_KEY") },
  ],
  [failure(404, "NOT_FOUND", key), { code: "provider_refused" }],
])("%j is an error that says what to do, without the key", async (reply, expected) => {
  const error: unknown = await complete(reply).catch((each: unknown) => each);

  expect(error).toMatchObject(expected);
  expect(String(error)).not.toContain(key);
  expect(http.received).toHaveLength(1);
});
