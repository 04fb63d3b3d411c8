import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plainPrice } from "../../../domain/money/price.ts";
import { Secret } from "../../../domain/secret.ts";
import type { ModelReply, ModelRequest } from "../../../ports/model.ts";
import { HandClock, Loopback, type Reply } from "../wire/loopback.fixture.ts";
import { DialectMemory } from "./dialect.ts";
import { OpenAiModel, type OpenAiModelOptions } from "./openai-model.ts";
import { chatCompletion } from "./openai-server.fixture.ts";

const never = new AbortController().signal;
const key = `sk-${randomUUID()}`;
const ok: Reply = { json: chatCompletion("hello") };
const request: ModelRequest = {
  purpose: "build",
  promptVersion: "build.v1",
  system: "s",
  prompt: "p",
  schema: null,
  maxOutputTokens: 100,
};
const asked: ModelRequest = { ...request, schema: { name: "plan", schema: { type: "object" } } };

let http: Loopback;
let clock: HandClock;

beforeEach(async () => {
  http = await Loopback.start();
  clock = new HandClock();
});

afterEach(() => http[Symbol.asyncDispose]());

/** One answer after the other; the last one for all that follow. */
function script(...replies: readonly Reply[]): void {
  let index = 0;
  http.answer = () => {
    index += 1;
    return replies[Math.min(index, replies.length) - 1] ?? "reset";
  };
}

function connect(options: Partial<OpenAiModelOptions> = {}): OpenAiModel {
  return new OpenAiModel({
    baseUrl: `${http.url}/v1/`,
    apiKey: new Secret(key),
    model: "gpt-test",
    price: plainPrice(1, 2),
    clock,
    pause: clock.pause,
    ...options,
  });
}

function complete(options: Partial<OpenAiModelOptions> = {}, wish = request): Promise<ModelReply> {
  return connect(options).complete(wish, never);
}

function bodies(): readonly unknown[] {
  return http.received.map(({ body }) => JSON.parse(body.toString()) as unknown);
}

function refused(status: number, error: unknown, headers = {}): Reply {
  return { status, json: { error }, headers };
}

test("an answer comes with what it used and with the model that gave it", async () => {
  script(ok);

  const reply = await complete();

  expect(reply).toEqual({
    text: "hello",
    finish: "stop",
    usage: { inputTokens: 120, cacheReadTokens: 20, cacheWriteTokens: 0, outputTokens: 30 },
    model: "gpt-test",
  });
  expect(bodies()).toEqual([
    {
      model: "gpt-test",
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: "p" },
      ],
      max_tokens: 100,
    },
  ]);
  expect(http.received[0]).toMatchObject({
    path: "/v1/chat/completions",
    headers: { authorization: `Bearer ${key}` },
  });
});

test("the flexible tier is asked for by name", async () => {
  script(ok);

  await connect({}).complete(request, never, "flex");

  expect(bodies()).toMatchObject([{ service_tier: "flex" }]);
});

test("what was worked on at another price than it was asked at says so", async () => {
  script({ ...ok, json: { ...(ok.json as object), service_tier: "default" } }, ok);

  const replies = [await connect({}).complete(request, never, "flex"), await complete()];

  expect(replies.map(({ tier }) => tier)).toEqual(["standard", undefined]);
});

test("a flexible tier without room is no limit on calls: it is told at once, and not asked again", async () => {
  script(refused(429, { code: "resource_unavailable", message: "Resource unavailable." }));

  const reply = connect({}).complete(request, never, "flex");

  await expect(reply).rejects.toMatchObject({ code: "provider_full", hadNoEffect: true });
  expect(http.received).toHaveLength(1);
});

test("a server without a key is shown none", async () => {
  script(ok);

  await complete({ apiKey: null });

  expect(http.received[0]?.headers.authorization).toBeUndefined();
});

test("what certainly did not run is asked again, after as long as the server says", async () => {
  script(
    refused(429, { code: "rate_limit_exceeded", message: "slow" }, { "retry-after": "7" }),
    refused(503, { message: "busy" }),
    ok,
  );

  expect((await complete()).text).toBe("hello");
  expect(clock.pauses).toEqual([7_000, 4_000]);
});

test("after a few tries it is given up, to be tried again later", async () => {
  script(refused(429, { code: "rate_limit_exceeded", message: "slow" }));

  await expect(complete()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(http.received).toHaveLength(4);
  expect(clock.pauses).toEqual([1_000, 4_000, 10_000]);
});

test("nobody waits here for as long as a server that says an hour", async () => {
  script(refused(429, { message: "slow" }, { "retry-after": "3600" }));

  await expect(complete()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect([http.received.length, clock.pauses]).toEqual([1, []]);
});

test.each([
  ["a fault of the server", refused(500, { message: "oops" })],
  ["a gateway that lost patience", { status: 504, text: "<html>" }],
  ["an answer that is none", { status: 200, text: "<html>" }],
  ["an answer without a choice", { status: 200, json: { choices: [] } }],
  ["an answer that was cut off", "reset" as const],
])("%s may have run: it is not asked again here", async (_, reply) => {
  script(reply);

  await expect(complete()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(http.received).toHaveLength(1);
});

test("an answer that takes too long is given up", async () => {
  script("hang");

  await expect(complete({ timing: { answerMs: 50 } })).rejects.toMatchObject({
    code: "provider_unavailable",
    retryable: true,
  });
});

test("whoever calls a call off is told with the reason of that", async () => {
  const reason = new Error("The run was canceled.");
  const controller = new AbortController();
  http.answer = () => {
    controller.abort(reason);
    return "hang";
  };

  await expect(connect().complete(request, controller.signal)).rejects.toBe(reason);
});

test.each([
  [429, "insufficient_quota"],
  [400, "billing_hard_limit_reached"],
  [402, "whatever"],
  [403, "project_spend_limit_exceeded"],
])("%i %s is about money and is not asked again", async (status, code) => {
  script(refused(status, { code, message: "no money" }));

  await expect(complete()).rejects.toMatchObject({ code: "provider_unpaid", retryable: false });
  expect(http.received).toHaveLength(1);
});

test.each([
  [401, { code: "invalid_api_key", message: "wrong key" }, /OPENAI_API_KEY/u],
  [404, { code: "model_not_found", message: "no such model" }, /name of the model/u],
  [400, { code: "context_length_exceeded", message: "too long" }, /refused again/u],
  [413, { message: "too large" }, /less at once/u],
])("%i is refused, with what to do", async (status, error, cure) => {
  script(refused(status, error));

  await expect(complete()).rejects.toMatchObject({
    code: "provider_refused",
    retryable: false,
    cure: expect.stringMatching(cure),
  });
});

test("a filter that refuses the prompt is an answer that says so", async () => {
  script(refused(400, { code: "content_filter", innererror: { code: "ResponsibleAIPolicyViolation" } }));

  expect(await complete()).toEqual({ text: "", finish: "filter", usage: null, model: null });
});

test("a server that takes no schema is told it in words, and asked no more for what it does not take", async () => {
  const unknownFormat = refused(400, {
    message: "Invalid value",
    type: "invalid_request_error",
    param: "response_format",
  });
  script(unknownFormat, unknownFormat, ok);
  const model = connect();

  expect((await model.complete(asked, never)).text).toBe("hello");
  await model.complete(asked, never);

  const formats = bodies().map(
    (body) => (body as { response_format?: { type: string } }).response_format?.type,
  );
  expect(formats).toEqual(["json_schema", "json_object", undefined, undefined]);
  expect(JSON.stringify(bodies().at(-1))).toContain("match this JSON schema");
});

test("another schema is asked for as strictly as ever", async () => {
  const dialects = new DialectMemory("max_tokens");
  dialects.remember("plan", { format: "text", maxTokensField: "max_tokens" });
  script(ok);

  await complete({ dialects }, { ...asked, schema: { name: "analysis", schema: { type: "object" } } });

  expect(bodies()).toMatchObject([{ response_format: { type: "json_schema" } }]);
});

test("a request that is wrong in all words is refused, and nothing is learned from it", async () => {
  script(refused(400, { message: "wrong", type: "invalid_request_error" }));
  const model = connect();

  await expect(model.complete(asked, never)).rejects.toMatchObject({ code: "provider_refused" });
  expect(http.received).toHaveLength(3);
  script(ok);
  await model.complete(asked, never);

  expect(bodies().at(-1)).toMatchObject({ response_format: { type: "json_schema" } });
});

test("the limit of tokens is named as the server wants it", async () => {
  script(refused(400, { code: "unsupported_parameter", param: "max_tokens", message: "Use another." }), ok);
  const model = connect();

  await model.complete(request, never);
  await model.complete(request, never);

  expect(bodies().map((body) => Object.keys(body as object).at(-1))).toEqual([
    "max_tokens",
    "max_completion_tokens",
    "max_completion_tokens",
  ]);
});

test("a server that wants the limit under neither name is asked twice, and no more", async () => {
  http.answer = ({ body }) => {
    const param = body.includes("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    return refused(400, { code: "invalid_value", param, message: "It is too large." });
  };

  await expect(complete()).rejects.toMatchObject({ code: "provider_refused" });
  expect(http.received).toHaveLength(2);
});

test.each([
  ["a key that the server repeats", refused(401, { message: `Wrong: ${key}` })],
  ["a key in a page", { status: 500, text: `<html>${key}</html>` }],
  ["a connection that breaks", "reset" as const],
])("%s stands in no error", async (_, reply) => {
  script(reply);

  const error: unknown = await complete().catch((each: unknown) => each);

  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key);
});

test("a key that cannot be sent is not shown either", async () => {
  const error: unknown = await complete({ apiKey: new Secret(`${key}\n`) }).catch((each: unknown) => each);

  expect(error).toMatchObject({ code: "provider_refused", cure: expect.stringContaining("OPENAI_API_KEY") });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key);
});

test("a key is not shown to where a server sends on", async () => {
  const other = await Loopback.start();
  script({ status: 307, headers: { location: `${other.url}/v1/chat/completions` } });

  await expect(complete()).rejects.toMatchObject({ code: "provider_refused" });
  expect(other.received).toEqual([]);
  await other[Symbol.asyncDispose]();
});

test.each(["", "localhost:1234/v1", "ftp://host/v1", `https://user:${key}@host/v1`])(
  "an address that cannot be called is told at once, without it: %#",
  (baseUrl) => {
    expect(() => connect({ baseUrl })).toThrow(expect.objectContaining({ code: "config_invalid" }));
    expect(() => connect({ baseUrl })).not.toThrow(key);
  },
);

test.each<[Reply, boolean]>([
  [{ status: 429, headers: { "retry-after": "3600" }, json: { error: { message: "slow down" } } }, true],
  [{ status: 401, json: { error: { message: "no such key" } } }, true],
  [{ status: 500, json: { error: { message: "sorry" } } }, false],
  ["reset", false],
])("after %j it is %s that nothing can have been done for the call", async (reply, hadNoEffect) => {
  script(reply);

  await expect(connect().complete(request, never)).rejects.toMatchObject({ hadNoEffect });
});

test("a server that is not there did nothing", async () => {
  const nobody = await Loopback.start();
  const { url } = nobody;
  await nobody[Symbol.asyncDispose]();

  await expect(connect({ baseUrl: url }).complete(request, never)).rejects.toMatchObject({
    code: "provider_unavailable",
    hadNoEffect: true,
  });
});
