import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type BatchProviderSubject,
  describeBatchProvider,
} from "../../../testing/describe-batch-provider.ts";
import type { OpenAiFixture } from "./openai-server.fixture.ts";
import {
  answered,
  batchRequest,
  connect,
  key,
  minute,
  never,
  schema,
  startServer,
} from "./openai-batch-lab.fixture.ts";

describeBatchProvider("OpenAiBatchProvider", async (): Promise<BatchProviderSubject> => {
  const server = await startServer();
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
  server = await startServer();
});

afterEach(() => server[Symbol.asyncDispose]());

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

test("Azure is shown the key in its own header", async () => {
  await connect(server, { keyHeader: "api-key" }).prepare(answered, "bat_1", never);

  const [upload] = server.http.received;
  expect([upload?.headers["api-key"], upload?.headers.authorization]).toEqual([key, undefined]);
});
