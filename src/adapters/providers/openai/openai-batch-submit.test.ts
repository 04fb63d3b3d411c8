import { afterEach, beforeEach, expect, test } from "vitest";
import { lostSubmit, submitTo } from "../../../testing/describe-batch-provider.ts";
import type { OpenAiFixture } from "./openai-server.fixture.ts";
import { answered, connect, minute, never, startServer } from "./openai-batch-lab.fixture.ts";

let server: OpenAiFixture;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server[Symbol.asyncDispose]());

function isCreation({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method === "POST" && path === "/v1/batches";
}

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
