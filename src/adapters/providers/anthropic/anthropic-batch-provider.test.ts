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
import { AnthropicBatchProvider, type AnthropicBatchOptions } from "./anthropic-batch-provider.ts";
import { AnthropicFixture } from "./anthropic-server.fixture.ts";

const never = new AbortController().signal;
const minute = 60_000;
const schema = {
  name: "plan",
  schema: { type: "object", properties: {}, required: [], additionalProperties: false },
};
const key = `sk-ant-${randomUUID()}`;

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
const customIds = answered.map(({ customId }) => customId);

function connect(
  server: AnthropicFixture,
  options: Partial<AnthropicBatchOptions> = {},
): AnthropicBatchProvider {
  const { clock, http } = server;
  return new AnthropicBatchProvider({
    baseUrl: http.url,
    apiKey: new Secret(key),
    model: "claude-test",
    price: null,
    clock,
    pause: clock.pause,
    ...options,
  });
}

describeBatchProvider("AnthropicBatchProvider", async (): Promise<BatchProviderSubject> => {
  const server = await AnthropicFixture.start(answers);
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

let server: AnthropicFixture;

beforeEach(async () => {
  server = await AnthropicFixture.start(answers);
});

afterEach(() => server[Symbol.asyncDispose]());

function submit(): Promise<string> {
  return submitTo(connect(server), answered, "bat_1");
}

function lost(known: Partial<LostSubmit> = {}): LostSubmit {
  return lostSubmit("bat_1", { customIds, since: server.clock.now(), ...known });
}

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results;
}

test("requests are sent as they are documented, once", async () => {
  await submitTo(connect(server), answered.slice(0, 1), "bat_1");

  expect(server.http.received).toHaveLength(1);
  expect(server.http.received[0]).toMatchObject({
    method: "POST",
    path: "/v1/messages/batches",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01" },
  });
  expect(JSON.parse(server.http.received[0]?.body.toString() ?? "")).toEqual({
    requests: [
      {
        custom_id: "aas_1",
        params: {
          model: "claude-test",
          max_tokens: 9,
          system: "s",
          messages: [{ role: "user", content: "aas_1" }],
          output_config: { format: { type: "json_schema", schema: schema.schema } },
        },
      },
    ],
  });
});

test.each([
  ["an answer that was cut off", "reset" as const],
  ["a fault of the server", { status: 500, json: { type: "error", error: { type: "api_error" } } }],
  [
    "a server with too much to do",
    { status: 529, json: { type: "error", error: { type: "overloaded_error" } } },
  ],
  ["an answer that is no batch", { status: 200, json: {} }],
])("after %s the batch that was created all the same is found, and one was asked for", async (_, reply) => {
  const since = server.clock.now();
  server.after = ({ method }) => (method === "POST" ? reply : null);

  await expect(submit()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });

  expect(server.http.received).toHaveLength(1);
  const ref = server.batches[0]?.id ?? "";
  server.finish(ref);
  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "found", ref });
});

test.each([
  [
    "money",
    429,
    { type: "rate_limit_error", details: { error_code: "enforced_spend_limit_reached" } },
    "unpaid",
  ],
  ["calls", 429, { type: "rate_limit_error" }, "busy"],
  ["size", 413, { type: "request_too_large" }, "too_large"],
  ["the request", 400, { type: "invalid_request_error" }, "invalid"],
  ["the key", 401, { type: "authentication_error" }, "invalid"],
  ["the way", 404, { type: "not_found_error" }, "no_batches"],
])("a submit that is refused for %s created nothing", async (_, status, error, trouble) => {
  server.before = () => ({ status, json: { type: "error", error: { message: "m", ...error } } });

  const outcome = await connect(server).submit({ uploadRef: null }, answered, "bat_1", never);

  expect(outcome).toMatchObject({ kind: "refused", trouble });
  expect(server.http.received).toHaveLength(1);
});

test("more than one batch takes is not sent", async () => {
  const limits = { maxItems: 2, maxBytes: 10_000, maxTokens: null };

  expect(await connect(server, { limits }).prepare(answered, "bat_1", never)).toMatchObject({
    kind: "refused",
    trouble: "too_large",
  });
});

test("a batch that does not show yet for whom it is is nobody's, however long it takes", async () => {
  const since = server.clock.now();
  const ref = await submit();

  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "unknown" });
  server.clock.pass(600 * minute);
  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "unknown" });
  server.finish(ref);
  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "found", ref });
});

test("somebody else's batch of the same size and time is never taken for the lost one, and proves itself in its end", async () => {
  const since = server.clock.now();
  const foreign = ["x_1", "x_2", "x_3"].map(batchRequest);
  const ref = await submitTo(connect(server), foreign, "other");
  server.clock.pass(4 * minute);

  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "unknown" });
  server.finish(ref);
  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "absent" });
});

test("ours is found beside one that does not show yet for whom it is", async () => {
  const since = server.clock.now();
  await submitTo(connect(server), ["x_1", "x_2", "x_3"].map(batchRequest), "other");
  const ref = await submit();
  server.finish(ref);

  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "found", ref });
});

test("of two batches of ours that have ended, those that are known already are left out", async () => {
  const refs = [await submit(), await submit()];
  for (const ref of refs) server.finish(ref);

  expect(await connect(server).find(lost({ knownRefs: refs.slice(0, 1) }))).toEqual({
    kind: "found",
    ref: refs[1],
  });
});

test("one that is over and lets nothing be read is waited for no longer than results may be late", async () => {
  const since = server.clock.now();
  server.finish(await submit());
  const [batch] = server.batches;
  if (batch === undefined) throw new Error("There is no batch");
  batch.lines = "";

  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "unknown" });
  server.clock.pass(60 * minute);
  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "absent" });
});

test("a batch of another size, of another time or of other requests is not the lost one", async () => {
  await submit();
  server.clock.pass(10 * minute);
  const since = server.clock.now();
  await submitTo(connect(server), answered.slice(0, 2), "other");
  const foreign = ["x_1", "x_2", "x_3"].map(batchRequest);
  server.finish(await submitTo(connect(server), foreign, "other"));
  server.clock.pass(4 * minute);
  await submit();

  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "absent" });
});

test("that nothing was created is proven by three looks, and not before the grace has passed", async () => {
  const missing = lost();

  expect(await connect(server).find(missing)).toEqual({ kind: "unknown" });
  server.clock.pass(2 * minute);
  expect(await connect(server).find(missing)).toEqual({ kind: "absent" });

  expect(server.http.received).toHaveLength(4);
  expect(server.clock.pauses).toEqual([10_000, 10_000]);
});

test("a batch is found behind many newer ones", async () => {
  const since = server.clock.now();
  const ref = await submit();
  server.finish(ref);
  server.clock.pass(10 * minute);
  for (let index = 0; index < 120; index += 1) await submit();

  expect(await connect(server).find(lost({ since }))).toEqual({ kind: "found", ref });
});

test("a batch whose results are gone is archived, and one whose results are to come is pending", async () => {
  const ref = await submit();
  server.finish(ref);
  const [batch] = server.batches;
  if (batch === undefined) throw new Error("There is no batch");
  batch.archivedAt = server.clock.now();

  expect(await connect(server).poll({ ref, since: server.clock.now() })).toEqual({ kind: "archived" });
  expect(await resultsOf(connect(server), ref)).toEqual([]);
});

test("results that are late are asked for again", async () => {
  const ref = await submit();
  server.finish(ref);
  server.before = ({ path }) => (path.endsWith("/results") ? { status: 404, json: {} } : null);

  await expect(resultsOf(connect(server), ref)).rejects.toMatchObject({
    code: "provider_unavailable",
    retryable: true,
  });
  server.clock.pass(60 * minute);
  expect(await resultsOf(connect(server), ref)).toEqual([]);
});

test("a line that is broken loses none of the others", async () => {
  const ref = await submit();
  server.finish(ref);
  const [batch] = server.batches;
  if (batch === undefined) throw new Error("There is no batch");
  batch.lines =
    '{"custom_id":"aas_1","result":{"type":"expired"}}\n{"custom_id":"aas_2","res\n{"custom_id":"aas_3","result":{"type":"canceled"}}\n';

  expect((await resultsOf(connect(server), ref)).map(({ customId }) => customId)).toEqual(["aas_1", "aas_3"]);
});
