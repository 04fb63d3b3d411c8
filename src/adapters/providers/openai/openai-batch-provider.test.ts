import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "../../../domain/secret.ts";
import type { BatchProvider, BatchRequest, BatchResult } from "../../../ports/batch-provider.ts";
import {
  type BatchProviderSubject,
  describeBatchProvider,
  lostSubmit,
  submitTo,
} from "../../../testing/describe-batch-provider.ts";
import { OpenAiBatchProvider, type OpenAiBatchOptions } from "./openai-batch-provider.ts";
import { OpenAiFixture } from "./openai-server.fixture.ts";

const never = new AbortController().signal;
const minute = 60_000;
const empty = { type: "object", properties: {}, required: [], additionalProperties: false };
const schema = { name: "plan", schema: empty };

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
const key = `sk-${randomUUID()}`;

function connect(server: OpenAiFixture, options: Partial<OpenAiBatchOptions> = {}): OpenAiBatchProvider {
  const { clock, baseUrl } = server;
  return new OpenAiBatchProvider({
    baseUrl,
    apiKey: new Secret(key),
    model: "gpt-test",
    price: null,
    clock,
    pause: clock.pause,
    ...options,
  });
}

describeBatchProvider("OpenAiBatchProvider", async (): Promise<BatchProviderSubject> => {
  const server = await OpenAiFixture.start(answers);
  return {
    connect: () => connect(server),
    answered,
    failing: batchRequest("aas_unknown"),
    finish: async (ref) => server.finish(ref),
    uploads: true,
    now: () => server.clock.now(),
    passGrace: async () => server.clock.pass(16 * minute),
    countBatches: async () => server.batches.length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

let server: OpenAiFixture;

beforeEach(async () => {
  server = await OpenAiFixture.start(answers);
});

afterEach(() => server[Symbol.asyncDispose]());

function isCreation({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method === "POST" && path === "/v1/batches";
}

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results;
}

test("an upload is named after the submit, expires by itself and holds one request a line", async () => {
  await connect(server).prepare(answered.slice(0, 1), "bat_1", never);

  const [file] = [...server.files.values()];
  expect(file?.name).toBe("bat_1.jsonl");
  expect(Object.fromEntries(file?.fields ?? [])).toEqual({
    purpose: "batch",
    "expires_after[anchor]": "created_at",
    "expires_after[seconds]": "172800",
  });
  expect(JSON.parse(file?.text ?? "")).toEqual({
    custom_id: "aas_1",
    method: "POST",
    url: "/v1/chat/completions",
    body: {
      model: "gpt-test",
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: "aas_1" },
      ],
      max_tokens: 9,
      response_format: { type: "json_schema", json_schema: { ...schema, strict: true } },
    },
  });
});

test("a server that does not know that files expire gets them without", async () => {
  server.before = ({ path, body }) =>
    path === "/v1/files" && body.includes("expires_after")
      ? { status: 400, json: { error: { message: "Unrecognized argument", param: "expires_after" } } }
      : null;

  expect((await connect(server).prepare(answered, "bat_1", never)).kind).toBe("prepared");
});

test.each([
  ["vLLM", { status: 404, json: { detail: "Not Found" } }],
  ["Ollama", { status: 404, text: "404 page not found" }],
  ["LM Studio", { status: 200, json: { error: "Unexpected endpoint or method. (POST /v1/files)" } }],
  ["llama.cpp", { status: 501, json: { error: { code: 501, message: "no", type: "not_supported_error" } } }],
  ["another", { status: 405, json: { detail: "Method Not Allowed" } }],
])("%s has no batches", async (_, reply) => {
  server.before = () => reply;

  const outcome = await connect(server).prepare(answered, "bat_1", never);

  expect(outcome).toMatchObject({ kind: "refused", trouble: "no_batches" });
});

test("more than one batch takes is not even uploaded", async () => {
  const limits = { maxItems: 2, maxBytes: 10_000, maxTokens: null };

  const outcome = await connect(server, { limits }).prepare(answered, "bat_1", never);

  expect(outcome).toMatchObject({ kind: "refused", trouble: "too_large" });
  expect(server.files.size).toBe(0);
});

test("a revoked key is told with the name of the variable, and without the key", async () => {
  server.before = () => ({
    status: 401,
    json: { error: { message: `Incorrect key: ${key}`, code: "invalid_api_key" } },
  });

  const prepared = connect(server, { keyVariable: "MY_KEY" }).prepare(answered, "bat_1", never);

  const error: unknown = await prepared.catch((each: unknown) => each);
  expect(error).toMatchObject({ code: "provider_refused", cure: expect.stringContaining("MY_KEY") });
  expect(String(error)).not.toContain(key);
});

test.each([
  ["an answer that was cut off", "reset" as const],
  ["an answer that says nothing", { status: 200, text: "" }],
  ["a fault of the server", { status: 500, json: { error: { message: "The server had an error" } } }],
  ["a gateway that lost patience", { status: 504, text: "<html>504</html>" }],
  ["a server with too much to do", { status: 503, text: "" }],
])("after %s the batch that was created all the same is found, and one was asked for", async (_, reply) => {
  const prepared = await connect(server).prepare(answered, "bat_1", never);
  if (prepared.kind === "refused") throw new Error(prepared.message);
  server.after = (request) => (isCreation(request) ? reply : null);

  const submit = connect(server).submit(prepared, answered, "bat_1", never);

  await expect(submit).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(server.http.count("POST", /\/batches$/u)).toBe(1);
  const lost = lostSubmit("bat_1", { uploadRef: prepared.uploadRef, since: server.clock.now() });
  expect(await connect(server).find(lost)).toEqual({ kind: "found", ref: server.batches[0]?.id });
});

test("an answer that takes too long is given up, and nothing is asked for twice", async () => {
  const prepared = await connect(server).prepare(answered, "bat_1", never);
  if (prepared.kind === "refused") throw new Error(prepared.message);
  server.after = (request) => (isCreation(request) ? "hang" : null);

  const submit = connect(server, { timing: { callMs: 50 } }).submit(prepared, answered, "bat_1", never);

  await expect(submit).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(server.batches).toHaveLength(1);
});

test.each([
  ["no money", { status: 429, json: { error: { code: "insufficient_quota", message: "quota" } } }, "unpaid"],
  [
    "too many calls",
    { status: 429, json: { error: { code: "rate_limit_exceeded", message: "slow" } } },
    "busy",
  ],
  [
    "a wrong request",
    { status: 400, json: { error: { code: "invalid_value", param: "endpoint" } } },
    "invalid",
  ],
  ["a file that is gone", { status: 404, json: { error: { type: "invalid_request_error" } } }, "upload_lost"],
])("%s refuses a submit for certain", async (_, reply, trouble) => {
  server.before = (request) => (isCreation(request) ? reply : null);

  const outcome = await connect(server).submit({ uploadRef: "file-1" }, answered, "bat_1", never);

  expect(outcome).toMatchObject({ kind: "refused", trouble });
  expect(server.http.count("POST", /\/batches$/u)).toBe(1);
});

test("that nothing was created is proven by three looks over some time, and not before the grace has passed", async () => {
  const lost = lostSubmit("bat_1", { uploadRef: "file-1", since: server.clock.now() });

  server.clock.pass(2 * minute - 1);
  expect(await connect(server).find(lost)).toEqual({ kind: "unknown" });
  expect(server.http.received).toHaveLength(1);
  server.clock.pass(1);
  expect(await connect(server).find(lost)).toEqual({ kind: "absent" });

  expect(server.http.received).toHaveLength(4);
  expect(server.clock.pauses).toEqual([10_000, 10_000]);
});

test("a batch that a late list shows only at the last look is found", async () => {
  const since = server.clock.now();
  const ref = await submitTo(connect(server), answered, "bat_1");
  server.clock.pass(3 * minute);
  let looks = 0;
  server.before = () => {
    looks += 1;
    return looks < 3 ? { json: { object: "list", data: [], has_more: false } } : null;
  };

  expect(await connect(server).find(lostSubmit("bat_1", { since }))).toEqual({ kind: "found", ref });
});

test("a batch is found behind many newer ones, and what is too old is not read", async () => {
  for (let index = 0; index < 150; index += 1) {
    server.clock.pass(1_000);
    await submitTo(connect(server), answered.slice(0, 1), `old_${index}`);
  }
  server.clock.pass(60 * minute);
  const since = server.clock.now();
  const ref = await submitTo(connect(server), answered.slice(0, 1), "bat_1");
  for (let index = 0; index < 150; index += 1)
    await submitTo(connect(server), answered.slice(0, 1), `new_${index}`);
  server.http.received.length = 0;

  expect(await connect(server).find(lostSubmit("bat_1", { since }))).toEqual({ kind: "found", ref });
  expect(server.http.received).toHaveLength(3);
});

test("two batches of one submit are for a person to decide", async () => {
  const first = await submitTo(connect(server), answered, "bat_1");
  const second = await submitTo(connect(server), answered, "bat_1");
  const lost = lostSubmit("bat_1", { since: server.clock.now() });

  expect(await connect(server).find(lost)).toEqual({ kind: "ambiguous", refs: [second, first] });
  expect(await connect(server).find({ ...lost, knownRefs: [first] })).toEqual({ kind: "found", ref: second });
});

test("a batch that a server does not know yet is pending, and one that only its list knows is too", async () => {
  const since = server.clock.now();
  const ref = await submitTo(connect(server), answered, "bat_1");
  server.before = ({ path }) => (path === `/v1/batches/${ref}` ? { status: 404, json: {} } : null);

  expect(await connect(server).poll({ ref, since })).toEqual({ kind: "pending", done: 0, total: 0 });
  server.clock.pass(60 * minute);
  expect(await connect(server).poll({ ref, since })).toEqual({ kind: "pending", done: 0, total: 0 });
});

test("a batch whose answers have expired is archived", async () => {
  const ref = await submitTo(connect(server), answered, "bat_1");
  server.finish(ref);
  server.clock.pass(31 * 24 * 60 * minute);
  const since = server.clock.now();

  expect(await connect(server).poll({ ref, since })).toEqual({ kind: "completed" });
  server.files.clear();
  expect(await connect(server).poll({ ref, since })).toEqual({ kind: "archived" });
  expect(await resultsOf(connect(server), ref)).toEqual([]);
});

test("answers that are late after the end of their batch are asked for again", async () => {
  const ref = await submitTo(connect(server), answered, "bat_1");
  server.finish(ref);
  server.before = ({ path }) => (path.endsWith("/content") ? { status: 404, json: {} } : null);

  await expect(resultsOf(connect(server), ref)).rejects.toMatchObject({
    code: "provider_unavailable",
    retryable: true,
  });
});

test("a download that is cut off is an error that can be retried, after what was read", async () => {
  const ref = await submitTo(connect(server), answered, "bat_1");
  server.finish(ref);
  const output = server.files.get(server.batches[0]?.outputFileId ?? "")?.text ?? "";
  server.before = ({ path }) =>
    path.endsWith("/content")
      ? { text: output.slice(0, -20), headers: { "content-length": `${output.length}` }, end: "cut" }
      : null;
  const seen: string[] = [];

  const reading = (async () => {
    for await (const { customId } of connect(server).results(ref)) seen.push(customId);
  })();

  await expect(reading).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(seen).toEqual(["aas_1", "aas_2"]);
});

test("a download that stands still is given up, however slowly its lines are worked on", async () => {
  const ref = await submitTo(connect(server), answered, "bat_1");
  server.finish(ref);
  const output = server.files.get(server.batches[0]?.outputFileId ?? "")?.text ?? "";
  server.before = ({ path }) => (path.endsWith("/content") ? { text: output, end: "stall" } : null);
  const seen: string[] = [];

  const reading = (async () => {
    for await (const { customId } of connect(server, { timing: { idleMs: 100 } }).results(ref)) {
      seen.push(customId);
      await sleep(60);
    }
  })();

  await expect(reading).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(seen).toEqual(["aas_1", "aas_2", "aas_3"]);
});

test("what nobody reads to its end is let go", async () => {
  const ref = await submitTo(connect(server), answered, "bat_1");
  server.finish(ref);

  for await (const { customId } of connect(server).results(ref)) {
    expect(customId).toBe("aas_1");
    break;
  }
});

test("fifty thousand results are read one by one, and a bad line loses none of the others", async () => {
  const ref = await submitTo(connect(server), answered.slice(0, 1), "bat_1");
  server.finish(ref);
  const [batch] = server.batches;
  if (batch === undefined) throw new Error("There is no batch");
  const [line = ""] = (server.files.get(batch.outputFileId ?? "")?.text ?? "").split("\n");
  const lines = Array.from({ length: 50_000 }, (_, index) =>
    index === 7 ? line.slice(0, 40) : line.replaceAll("aas_1", `aas_${index}`),
  );
  batch.outputFileId = server.store(lines.join("\n"));
  const ids = new Set<string>();

  for await (const { customId } of connect(server).results(ref)) ids.add(customId);

  expect(ids.size).toBe(49_999);
});

test("Azure is shown the key in its own header", async () => {
  await connect(server, { keyHeader: "api-key" }).prepare(answered, "bat_1", never);

  const [upload] = server.http.received;
  expect([upload?.headers["api-key"], upload?.headers.authorization]).toEqual([key, undefined]);
});
