import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BatchProvider, BatchResult } from "../../../ports/batch-provider.ts";
import { submitTo } from "../../../testing/describe-batch-provider.ts";
import type { OpenAiFixture } from "./openai-server.fixture.ts";
import { answered, connect, minute, startServer } from "./openai-batch-lab.fixture.ts";

let server: OpenAiFixture;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server[Symbol.asyncDispose]());

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results;
}

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
