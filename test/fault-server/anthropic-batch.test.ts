import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";

function clientOf(server: FaultServer): Anthropic {
  return new Anthropic({ baseURL: server.url, apiKey: crypto.randomUUID(), maxRetries: 0 });
}

type Params = Anthropic.Messages.BatchCreateParams.Request["params"];

function paramsOf(content: string, maxTokens = 100): Params {
  return { model: "claude-test", max_tokens: maxTokens, messages: [{ role: "user", content }] };
}

const three = ["a", "b", "c"].map((customId) => ({ custom_id: customId, params: paramsOf(customId) }));

type Result = Anthropic.Messages.MessageBatchIndividualResponse;

async function resultsOf(client: Anthropic, id: string): Promise<readonly Result[]> {
  const results: Result[] = [];
  for await (const result of await client.messages.batches.results(id)) results.push(result);
  return results;
}

test("a batch lives from creation to its results, and nothing is counted before it has ended", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);

  const created = await client.messages.batches.create({ requests: three });
  const first = await client.messages.batches.retrieve(created.id);
  const second = await client.messages.batches.retrieve(created.id);

  expect([created, first, second].map((batch) => batch.processing_status)).toEqual([
    "in_progress",
    "in_progress",
    "ended",
  ]);
  const none = { processing: 3, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  expect(first.request_counts).toEqual(none);
  expect(second.request_counts).toEqual({ ...none, processing: 0, succeeded: 3 });
  const results = await resultsOf(client, created.id);
  expect(results.map(({ custom_id, result }) => [custom_id, result.type])).toEqual([
    ["a", "succeeded"],
    ["b", "succeeded"],
    ["c", "succeeded"],
  ]);
});

test.each([
  ["a:b", /String should match pattern/u],
  ["x".repeat(65), /String should match pattern/u],
  ["a", /Duplicate custom_id/u],
])("the name %s is refused when the batch is created", async (customId, message) => {
  await using server = await FaultServer.start();
  const requests = [...three, { custom_id: customId, params: paramsOf("x") }];

  await expect(clientOf(server).messages.batches.create({ requests })).rejects.toMatchObject({
    status: 400,
    message: expect.stringMatching(message) as string,
  });

  expect(server.batches).toEqual([]);
});

test("what a model is asked is checked only when the work begins", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);
  const requests = [...three, { custom_id: "wrong", params: paramsOf("x", 0) }];

  const { id } = await client.messages.batches.create({ requests });
  server.finish(id);

  expect((await resultsOf(client, id)).at(-1)).toMatchObject({
    custom_id: "wrong",
    result: { type: "errored", error: { error: { type: "invalid_request_error" } } },
  });
});

test("more than a batch may hold is too large", async () => {
  const script: FaultScriptInput = { limits: { maxAnthropicRequests: 2 } };
  await using server = await FaultServer.start({ script });

  await expect(clientOf(server).messages.batches.create({ requests: three })).rejects.toMatchObject({
    status: 413,
    error: { error: { type: "request_too_large" } },
  });
});

test("a canceled batch keeps what was done, and canceling what has ended is refused", async () => {
  await using server = await FaultServer.start({ script: { batches: [{ doneBeforeCancel: 1 }] } });
  const client = clientOf(server);
  const { id } = await client.messages.batches.create({ requests: three });

  const canceling = await client.messages.batches.cancel(id);
  await client.messages.batches.retrieve(id);
  const ended = await client.messages.batches.retrieve(id);

  expect([canceling.processing_status, ended.processing_status]).toEqual(["canceling", "ended"]);
  expect((await resultsOf(client, id)).map(({ result }) => result.type)).toEqual([
    "succeeded",
    "canceled",
    "canceled",
  ]);
  await expect(client.messages.batches.cancel(id)).rejects.toMatchObject({ status: 409 });
});

test("a batch that expired tells which requests were too late", async () => {
  const script: FaultScriptInput = { batches: [{ fate: { kind: "expired", done: 2 } }] };
  await using server = await FaultServer.start({ script });
  const client = clientOf(server);
  const { id } = await client.messages.batches.create({ requests: three });
  server.finish(id);

  const ended = await client.messages.batches.retrieve(id);

  expect(ended.request_counts).toMatchObject({ succeeded: 2, expired: 1 });
  expect((await resultsOf(client, id)).map(({ result }) => result.type)).toEqual([
    "succeeded",
    "succeeded",
    "expired",
  ]);
});

test("an archived batch was worked on and has no results", async () => {
  await using server = await FaultServer.start({ script: { batches: [{ fate: { kind: "archived" } }] } });
  const client = clientOf(server);
  const { id } = await client.messages.batches.create({ requests: three });
  server.finish(id);

  const ended = await client.messages.batches.retrieve(id);

  expect(ended).toMatchObject({ processing_status: "ended", results_url: null });
  expect(ended.archived_at).not.toBeNull();
  expect(server.bill().untold.map(({ customId }) => customId)).toEqual(["a", "b", "c"]);
});

test("the list goes from the newest to the oldest, page by page, as the client walks it", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    ids.push((await client.messages.batches.create({ requests: three })).id);
  }

  const listed: string[] = [];
  for await (const { id } of client.messages.batches.list({ limit: 2 })) listed.push(id);

  expect(listed).toEqual(ids.toReversed());
});

test("one message is asked and answered", async () => {
  const tokens = {
    inputTokens: 9,
    cacheReadTokens: 2,
    cacheWriteTokens: 3,
    outputTokens: 4,
    thinkingTokens: 1,
  };
  const answer = (): { readonly text: string; readonly tokens: typeof tokens } => ({ text: "Yes.", tokens });
  await using server = await FaultServer.start({ answer });

  const message = await clientOf(server).messages.create(paramsOf("Are you there?"));

  expect(message).toMatchObject({ content: [{ type: "text", text: "Yes." }], stop_reason: "end_turn" });
  expect(message.usage).toMatchObject({
    input_tokens: 4,
    cache_read_input_tokens: 2,
    cache_creation_input_tokens: 3,
    output_tokens: 4,
  });
});

test("without a key nothing is said", async () => {
  await using server = await FaultServer.start();

  const response = await fetch(`${server.url}/v1/messages/batches`);

  expect(response.status).toBe(401);
});
