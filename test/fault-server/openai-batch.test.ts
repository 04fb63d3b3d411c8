import type OpenAI from "openai";
import { expect, test } from "vitest";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { chatLine, customIdOf, linesOf, openaiClient, submit, threeLines, upload } from "./openai-client.ts";

async function start(script: FaultScriptInput = {}): Promise<FaultServer> {
  return FaultServer.start({ script });
}

function clientOf(server: FaultServer): OpenAI {
  return openaiClient(`${server.url}/v1`);
}

test("a batch is created, looked at until it is completed, and its answers are read", async () => {
  await using server = await start();
  const client = clientOf(server);

  const created = await submit(client);
  const first = await client.batches.retrieve(created.id);
  const second = await client.batches.retrieve(created.id);

  expect([created.status, first.status, second.status]).toEqual(["validating", "in_progress", "completed"]);
  expect(second).toMatchObject({
    id: created.id,
    metadata: { key: "k1" },
    request_counts: { total: 3, completed: 3, failed: 0 },
    error_file_id: null,
  });
  expect((await linesOf(client, second.output_file_id)).map(customIdOf)).toEqual(["a", "b", "c"]);
});

test("by time, a batch goes on while nobody looks", async () => {
  let now = 1_000_000;
  const pace = { by: "time", validating: 10, inProgress: 20, finalizing: 30, canceling: 5 } as const;
  await using server = await FaultServer.start({ script: { pace }, now: () => now });
  const client = clientOf(server);
  const { id } = await submit(client);

  const seen: string[] = [];
  for (const ms of [0, 9, 10, 29, 30, 59, 60]) {
    now = 1_000_000 + ms;
    seen.push((await client.batches.retrieve(id)).status);
  }

  const [validating, working, finalizing] = ["validating", "in_progress", "finalizing"];
  expect(seen).toEqual([validating, validating, working, working, finalizing, finalizing, "completed"]);
});

test("the list goes from the newest to the oldest, page by page, as the client walks it", async () => {
  await using server = await start();
  const client = clientOf(server);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.push((await submit(client)).id);

  const listed: string[] = [];
  for await (const { id } of client.batches.list({ limit: 2 })) listed.push(id);

  expect(listed).toEqual(ids.toReversed());
});

test("a slow list knows a batch only later, and so does who asks for it by name", async () => {
  let now = 0;
  const script = { lag: { listMs: 100, retrieveMs: 50 } };
  await using server = await FaultServer.start({ script, now: () => now });
  const client = clientOf(server);
  const { id } = await submit(client);
  const isListed = async (): Promise<boolean> => (await client.batches.list()).data.length === 1;

  await expect(client.batches.retrieve(id)).rejects.toMatchObject({ status: 404 });
  expect(await isListed()).toBe(false);

  now = 99;
  expect((await client.batches.retrieve(id)).id).toBe(id);
  expect(await isListed()).toBe(false);

  now = 100;
  expect(await isListed()).toBe(true);
});

test("a canceled batch keeps what was done and names what was not", async () => {
  await using server = await start({ batches: [{ doneBeforeCancel: 1 }] });
  const client = clientOf(server);
  const { id } = await submit(client);

  const canceling = await client.batches.cancel(id);
  await client.batches.retrieve(id);
  const canceled = await client.batches.retrieve(id);

  expect([canceling.status, canceled.status]).toEqual(["cancelling", "cancelled"]);
  expect((await linesOf(client, canceled.output_file_id)).map(customIdOf)).toEqual(["a"]);
  const errors = (await linesOf(client, canceled.error_file_id)).map((line) => JSON.parse(line) as unknown);
  expect(errors).toMatchObject([
    { custom_id: "b", response: null, error: { code: "batch_cancelled" } },
    { custom_id: "c", response: null, error: { code: "batch_cancelled" } },
  ]);
});

test("canceling what is completed is refused and takes nothing away", async () => {
  await using server = await start();
  const client = clientOf(server);
  const { id } = await submit(client);
  server.finish(id);

  await expect(client.batches.cancel(id)).rejects.toMatchObject({ status: 409 });

  expect((await client.batches.retrieve(id)).status).toBe("completed");
});

test("an expired batch keeps what was done", async () => {
  await using server = await start({ batches: [{ fate: { kind: "expired", done: 2 } }] });
  const client = clientOf(server);
  const { id } = await submit(client);
  server.finish(id);

  const expired = await client.batches.retrieve(id);

  expect(expired).toMatchObject({ status: "expired", request_counts: { total: 3, completed: 2, failed: 0 } });
  expect((await linesOf(client, expired.output_file_id)).map(customIdOf)).toEqual(["a", "b"]);
  expect((await linesOf(client, expired.error_file_id)).map(customIdOf)).toEqual(["c"]);
});

test.each([
  [null, null],
  [[{ code: "token_limit_exceeded", message: "Too much." }], ["token_limit_exceeded"]],
] as const)("a batch can fail with the errors %o", async (errors, codes) => {
  const fate = { kind: "failed", errors: errors === null ? null : [...errors] } as const;
  await using server = await start({ batches: [{ fate }] });
  const client = clientOf(server);
  const { id } = await submit(client);
  server.finish(id);

  const failed = await client.batches.retrieve(id);

  expect([failed.status, failed.output_file_id, failed.error_file_id]).toEqual(["failed", null, null]);
  expect(failed.errors?.data?.map(({ code }) => code) ?? null).toEqual(codes);
});

test.each(["validating", "in_progress", "finalizing"] as const)(
  "a batch can stand still in %s",
  async (phase) => {
    await using server = await start({ batches: [{ fate: { kind: "stuck", in: phase } }] });
    const client = clientOf(server);
    const { id } = await submit(client);
    server.finish(id);

    expect((await client.batches.retrieve(id)).status).toBe(phase);
  },
);

test.each([
  ["a line that is no JSON", [chatLine("a"), "{oops"].join("\n"), "invalid_json_line", 2],
  ["a byte order mark", `\uFEFF${chatLine("a")}`, "invalid_json_line", 1],
  ["the same name twice", [chatLine("a"), chatLine("a")].join("\n"), "duplicate_custom_id", 2],
  ["two models", [chatLine("a"), chatLine("b", { model: "other" })].join("\n"), "mismatched_model", 2],
  ["streaming", [chatLine("a"), chatLine("b", { stream: true })].join("\n"), "streaming_unsupported", 2],
  ["another address", chatLine("a").replace("/v1/chat/completions", "/v1/responses"), "invalid_url", 1],
  [
    "no body",
    JSON.stringify({ custom_id: "a", method: "POST", url: "/v1/chat/completions" }),
    "missing_required_parameter",
    1,
  ],
  ["nothing at all", "\n", "empty_file", null],
])("%s is taken as an upload and fails when the batch is validated", async (_what, text, code, line) => {
  await using server = await start();
  const client = clientOf(server);
  const created = await submit(client, text);

  const failed = await client.batches.retrieve(created.id);

  expect([created.status, failed.status]).toEqual(["validating", "failed"]);
  expect(failed.errors?.data).toMatchObject([{ code, line }]);
});

test("an unknown file is found out late, or at once where a server is told so", async () => {
  await using late = await start();
  await using early = await start({ unknownFile: "refused" });
  const create = (server: FaultServer): Promise<OpenAI.Batch> =>
    clientOf(server).batches.create({
      input_file_id: "file-nowhere",
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
    });

  const { id } = await create(late);

  expect(await clientOf(late).batches.retrieve(id)).toMatchObject({
    status: "failed",
    errors: { data: [{ code: "invalid_request", param: "file_id" }] },
  });
  await expect(create(early)).rejects.toMatchObject({ status: 400 });
  expect(early.batches).toEqual([]);
});

test.each([
  ["endpoint", { endpoint: "/v1/elsewhere" }, "invalid_value"],
  ["completion_window", { completion_window: "1h" }, "invalid_value"],
  ["input_file_id", { input_file_id: undefined }, "missing_required_parameter"],
  ["metadata", { metadata: { key: "x".repeat(513) } }, "invalid_type"],
])("a wrong %s is refused when the batch is created", async (param, wrong, code) => {
  await using server = await start();
  const client = clientOf(server);
  const right = {
    input_file_id: await upload(client, threeLines),
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
  } as const;

  const refused = client.batches.create({ ...right, ...wrong } as OpenAI.BatchCreateParams);

  await expect(refused).rejects.toMatchObject({ status: 400, param, code });
  expect(server.batches).toEqual([]);
});

test("a request that is wrong alone fails alone", async () => {
  await using server = await start();
  const client = clientOf(server);
  const { id } = await submit(client, [chatLine("a"), chatLine("b", { messages: [] })].join("\n"));
  server.finish(id);

  const done = await client.batches.retrieve(id);

  expect(done).toMatchObject({ status: "completed", request_counts: { completed: 1, failed: 1 } });
  const [line = ""] = await linesOf(client, done.error_file_id);
  expect(JSON.parse(line)).toMatchObject({ custom_id: "b", response: { status_code: 400 }, error: null });
});
