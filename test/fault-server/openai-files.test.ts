import { toFile } from "openai";
import { expect, test } from "vitest";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { openaiClient, textOf, threeLines, upload } from "./openai-client.ts";

test("a file comes back byte for byte, stands in the list, and is gone when it is deleted", async () => {
  await using server = await FaultServer.start();
  const client = openaiClient(`${server.url}/v1`);
  const id = await upload(client, threeLines);

  expect(await textOf(client, id)).toBe(threeLines);
  expect((await client.files.list()).data.map((file) => file.id)).toEqual([id]);
  expect(await client.files.retrieve(id)).toMatchObject({ filename: "requests.jsonl", purpose: "batch" });
  await client.files.delete(id);

  await expect(client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
});

test("a file that expires is gone when its time is over", async () => {
  let now = 0;
  await using server = await FaultServer.start({ now: () => now });
  const client = openaiClient(`${server.url}/v1`);
  const file = await toFile(Buffer.from(threeLines), "in.jsonl");
  const { id } = await client.files.create({
    purpose: "batch",
    file,
    expires_after: { anchor: "created_at", seconds: 3600 },
  });

  now = 3_599_999;
  expect((await client.files.retrieve(id)).expires_at).toBe(3600);

  now = 3_600_000;
  await expect(client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
});

test.each([
  ["in.txt", {}, 400],
  ["in.jsonl", { expires_after: { anchor: "created_at", seconds: 60 } }, 400],
] as const)("%s with %o is refused", async (name, options, status) => {
  await using server = await FaultServer.start();
  const client = openaiClient(`${server.url}/v1`);
  const file = await toFile(Buffer.from(threeLines), name);

  await expect(client.files.create({ purpose: "batch", file, ...options })).rejects.toMatchObject({ status });
});

test("more bytes than an upload may have are too many", async () => {
  await using server = await FaultServer.start({ script: { limits: { maxUploadBytes: 10 } } });

  await expect(upload(openaiClient(`${server.url}/v1`), threeLines)).rejects.toMatchObject({ status: 413 });
});

test("Azure's prefix and key lead to the same files", async () => {
  await using server = await FaultServer.start();
  const id = await upload(openaiClient(`${server.url}/v1`), threeLines);
  const read = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${server.url}/openai/v1/files/${id}/content`, { headers });

  expect(await (await read({ "api-key": "any" })).text()).toBe(threeLines);
  expect((await read({})).status).toBe(401);
});
