import { type BatchJob, GoogleGenAI, type InlinedRequest } from "@google/genai";
import { expect, test } from "vitest";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";

/** The official client asks `/v1` unless told otherwise, where OpenAI's paths are; both know `v1beta`. */
function clientOf(server: FaultServer): GoogleGenAI {
  const httpOptions = { baseUrl: server.url, apiVersion: "v1beta" };
  return new GoogleGenAI({ apiKey: crypto.randomUUID(), httpOptions });
}

const three: InlinedRequest[] = ["a", "b", "c"].map((key) => ({
  contents: [{ role: "user", parts: [{ text: `Say ${key}` }] }],
  metadata: { key },
}));

function create(client: GoogleGenAI, src: InlinedRequest[] | string = three): Promise<BatchJob> {
  return client.batches.create({ model: "gemini-test", src, config: { displayName: "k1" } });
}

async function look(client: GoogleGenAI, { name }: BatchJob): Promise<BatchJob> {
  return client.batches.get({ name: name ?? "" });
}

test("a batch lives from creation to the answers inside it", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);

  const created = await create(client);
  const first = await look(client, created);
  const second = await look(client, created);

  expect([created, first, second].map(({ state }) => state)).toEqual([
    "JOB_STATE_PENDING",
    "JOB_STATE_RUNNING",
    "JOB_STATE_SUCCEEDED",
  ]);
  expect(second).toMatchObject({ name: created.name, displayName: "k1", model: "models/gemini-test" });
  const responses = second.dest?.inlinedResponses ?? [];
  expect(responses.map(({ metadata }) => metadata)).toEqual([{ key: "a" }, { key: "b" }, { key: "c" }]);
  expect(responses.map(({ response }) => response?.candidates?.[0]?.content?.parts?.at(-1)?.text)).toEqual(
    responses.map(() => expect.stringMatching(/^Answer [0-9a-f]+ to [abc]\.$/u) as string),
  );
});

test("a batch out of an uploaded file answers in a file", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);
  const lines = three.map(({ contents, metadata }) => JSON.stringify({ ...metadata, request: { contents } }));
  const upload = await client.files.upload({
    file: new Blob([lines.join("\n")]),
    config: { mimeType: "application/jsonl", displayName: "k1" },
  });

  const created = await create(client, upload.name ?? "");
  server.finish(created.name ?? "");
  const done = await look(client, created);

  const path = `${server.url}/download/v1beta/${done.dest?.fileName ?? ""}:download?alt=media`;
  const text = await (await fetch(path, { headers: { "x-goog-api-key": "any" } })).text();
  const keys = text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly key: string }).key);
  expect(keys).toEqual(["a", "b", "c"]);
});

test.each([
  [{ kind: "expired", done: 0 }, "JOB_STATE_EXPIRED"],
  [{ kind: "failed", errors: [{ code: "x", message: "no" }] }, "JOB_STATE_FAILED"],
] as const)("a batch that ends as %o has no results", async (fate, state) => {
  const batches = [{ fate }] as unknown as FaultScriptInput["batches"];
  await using server = await FaultServer.start({ script: { batches } });
  const client = clientOf(server);
  const created = await create(client);
  server.finish(created.name ?? "");

  const ended = await look(client, created);

  expect([ended.state, ended.dest]).toEqual([state, undefined]);
});

test("a canceled batch is canceled, and canceling it once more is refused", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);
  const created = await create(client);

  await client.batches.cancel({ name: created.name ?? "" });
  await look(client, created);

  expect((await look(client, created)).state).toBe("JOB_STATE_CANCELLED");
  await expect(client.batches.cancel({ name: created.name ?? "" })).rejects.toMatchObject({ status: 409 });
});

test("a list that is empty has no list in it, and a long one has pages", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);
  const key = { headers: { "x-goog-api-key": "any" } };
  const empty = await (await fetch(`${server.url}/v1beta/batches`, key)).json();
  const names: (string | undefined)[] = [];
  for (let count = 0; count < 5; count += 1) names.push((await create(client)).name);

  const listed: (string | undefined)[] = [];
  for await (const { name } of await client.batches.list({ config: { pageSize: 2 } })) listed.push(name);

  expect(empty).toEqual({});
  expect(listed).toEqual(names.toReversed());
});

test("one answer has thoughts that are no part of it, and all tokens add up", async () => {
  await using server = await FaultServer.start();

  const reply = await clientOf(server).models.generateContent({ model: "gemini-test", contents: "Hello?" });

  const {
    promptTokenCount = 0,
    candidatesTokenCount = 0,
    thoughtsTokenCount = 0,
  } = reply.usageMetadata ?? {};
  expect(reply.text).toMatch(/^Answer [0-9a-f]+ to a call\.$/u);
  expect(reply.usageMetadata?.totalTokenCount).toBe(
    promptTokenCount + candidatesTokenCount + thoughtsTokenCount,
  );
});

test("a request without contents fails alone", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);
  const lines = [
    { key: "wrong", request: {} },
    { key: "a", request: { contents: three[0]?.contents } },
  ];
  const file = new Blob([lines.map((line) => JSON.stringify(line)).join("\n")]);
  const upload = await client.files.upload({ file, config: { mimeType: "application/jsonl" } });
  const created = await create(client, upload.name ?? "");
  server.finish(created.name ?? "");

  const name = (await look(client, created)).dest?.fileName ?? "";

  const path = `${server.url}/v1beta/${name}:download?alt=media&key=any`;
  const [wrong, right] = (await (await fetch(path)).text()).trim().split("\n");
  expect(JSON.parse(wrong ?? "")).toMatchObject({ key: "wrong", error: { code: 3 } });
  expect(JSON.parse(right ?? "")).toMatchObject({ key: "a", response: { modelVersion: "gemini-test" } });
});
