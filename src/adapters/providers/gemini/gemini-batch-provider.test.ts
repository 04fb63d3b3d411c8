import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "../../../domain/secret.ts";
import type { BatchProvider, BatchRequest, BatchResult, LostSubmit } from "../../../ports/batch-provider.ts";
import {
  type BatchProviderSubject,
  describeBatchProvider,
  lostSubmit,
  submitTo,
} from "../../../testing/describe-batch-provider.ts";
import { GeminiBatchProvider, type GeminiBatchOptions } from "./gemini-batch-provider.ts";
import { content, failure, GeminiFixture } from "./gemini-server.fixture.ts";

const never = new AbortController().signal;
const minute = 60_000;
const schema = {
  name: "plan",
  schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
};
const key = `AIza${randomUUID()}`;

function batchRequest(customId: string): BatchRequest {
  return {
    customId,
    request: {
      purpose: "analyze",
      promptVersion: "analyze.v1",
      system: "s",
      prompt: customId,
      schema,
      maxOutputTokens: 9,
    },
  };
}

const answered = ["aas_1", "aas_2", "aas_3"].map((id) => ({ ...batchRequest(id), text: `answer to ${id}` }));
const answers = new Map(answered.map(({ customId, text }) => [customId, text]));

function connect(server: GeminiFixture, options: Partial<GeminiBatchOptions> = {}): GeminiBatchProvider {
  const { clock, http } = server;
  return new GeminiBatchProvider({
    baseUrl: http.url,
    apiKey: new Secret(key),
    model: "models/gemini-test",
    price: null,
    clock,
    pause: clock.pause,
    ...options,
  });
}

describeBatchProvider("GeminiBatchProvider", async (): Promise<BatchProviderSubject> => {
  const server = await GeminiFixture.start(answers);
  return {
    connect: () => connect(server),
    answered,
    failing: batchRequest("aas_unknown"),
    finish: async (ref) => server.finish(ref),
    uploads: false,
    now: () => server.clock.now(),
    passGrace: async () => server.clock.pass(16 * minute),
    countBatches: async () => server.batches.length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

let server: GeminiFixture;

beforeEach(async () => {
  server = await GeminiFixture.start(answers);
});

afterEach(() => server[Symbol.asyncDispose]());

function submit(submitKey = "bat_1"): Promise<string> {
  return submitTo(connect(server), answered, submitKey);
}

function lost(known: Partial<LostSubmit> = {}): LostSubmit {
  return lostSubmit("bat_1", { since: server.clock.now(), ...known });
}

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results;
}

test("requests are sent as they are documented, once, and marked with their submit", async () => {
  await submitTo(connect(server), answered.slice(0, 1), "bat_1");

  expect(server.http.received).toHaveLength(1);
  expect(server.http.received[0]).toMatchObject({
    method: "POST",
    path: "/v1beta/models/gemini-test:batchGenerateContent",
    headers: { "x-goog-api-key": key },
  });
  const request = {
    systemInstruction: { parts: [{ text: "s" }] },
    contents: [{ role: "user", parts: [{ text: "aas_1" }] }],
    generationConfig: {
      maxOutputTokens: 9,
      responseMimeType: "application/json",
      responseSchema: {
        type: "OBJECT",
        properties: { a: { type: "STRING" } },
        propertyOrdering: ["a"],
        required: ["a"],
      },
    },
  };
  expect(JSON.parse(server.http.received[0]?.body.toString() ?? "")).toEqual({
    batch: {
      displayName: "bat_1",
      inputConfig: { requests: { requests: [{ request, metadata: { key: "aas_1" } }] } },
    },
  });
});

test.each([
  ["an answer that was cut off", "reset" as const],
  ["a fault of the server", failure(500, "INTERNAL", "oops")],
  ["a server with too much to do", failure(503, "UNAVAILABLE", "overloaded")],
  ["an answer that is no batch", { status: 200, json: {} }],
])("after %s the batch that was created all the same is found, and one was asked for", async (_, reply) => {
  server.after = ({ method }) => (method === "POST" ? reply : null);

  await expect(submit()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });

  expect(server.http.received).toHaveLength(1);
  expect(await connect(server).find(lost())).toEqual({ kind: "found", ref: server.batches[0]?.name });
});

test.each([
  ["calls", failure(429, "RESOURCE_EXHAUSTED", "quota"), "busy"],
  ["money", failure(403, "PERMISSION_DENIED", "billing", [{ reason: "BILLING_DISABLED" }]), "unpaid"],
  ["the request", failure(400, "INVALID_ARGUMENT", "bad"), "invalid"],
  ["the key", failure(400, "INVALID_ARGUMENT", "key", [{ reason: "API_KEY_INVALID" }]), "invalid"],
  ["the model", failure(404, "NOT_FOUND", "not supported for batchGenerateContent"), "no_batches"],
  ["size", { status: 413, text: "<html>" }, "too_large"],
])("a submit that is refused for %s created nothing", async (_, reply, trouble) => {
  server.before = () => reply;

  const outcome = await connect(server).submit({ uploadRef: null }, answered, "bat_1", never);

  expect(outcome).toMatchObject({ kind: "refused", trouble });
  expect(server.http.received).toHaveLength(1);
});

test("more than one batch takes is not sent", async () => {
  const limits = { maxItems: 10, maxBytes: 100, maxTokens: null };

  expect(await connect(server, { limits }).prepare(answered, "bat_1", never)).toMatchObject({
    kind: "refused",
    trouble: "too_large",
  });
});

test("a batch is found on any page, since nothing says in which order they come", async () => {
  for (let index = 0; index < 60; index += 1) await submit(`other_${index}`);
  server.clock.pass(60 * minute);
  const ref = await submit();

  expect(await connect(server).find(lost())).toEqual({ kind: "found", ref });
});

test("two batches of one submit are for a person to decide", async () => {
  const refs = [await submit(), await submit()];

  expect(await connect(server).find(lost())).toEqual({ kind: "ambiguous", refs });
  expect(await connect(server).find(lost({ knownRefs: refs.slice(1) }))).toEqual({
    kind: "found",
    ref: refs[0],
  });
});

test("that nothing was created is proven by three looks, and not before the grace has passed", async () => {
  const missing = lost();

  expect(await connect(server).find(missing)).toEqual({ kind: "unknown" });
  server.clock.pass(2 * minute);
  expect(await connect(server).find(missing)).toEqual({ kind: "absent" });

  expect(server.http.received).toHaveLength(4);
});

test("an expired batch has no results", async () => {
  const ref = await submit();
  const [batch] = server.batches;
  if (batch === undefined) throw new Error("There is no batch");
  batch.state = "EXPIRED";

  expect(await connect(server).poll({ ref, since: server.clock.now() })).toEqual({ kind: "expired" });
  expect(await resultsOf(connect(server), ref)).toEqual([]);
});

test("results in a file are read line by line", async () => {
  const ref = await submit();
  server.finish(ref);
  const [batch] = server.batches;
  if (batch === undefined) throw new Error("There is no batch");
  batch.file = "files/out";
  const lines = [
    { key: "aas_1", response: content("one") },
    { key: "aas_2", error: { code: 13, message: "oops" } },
  ].map((line) => JSON.stringify(line));
  server.files.set("files/out", `${lines[0]}\n{"key":"aas_3","resp\n${lines[1]}\n`);

  expect(await resultsOf(connect(server), ref)).toMatchObject([
    { customId: "aas_1", outcome: { kind: "answered", reply: { text: "one" } } },
    { customId: "aas_2", outcome: { kind: "failed", failure: "transient", message: "INTERNAL: oops" } },
  ]);
});
