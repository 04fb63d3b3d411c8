import OpenAI, { toFile } from "openai";
import { expect, test } from "vitest";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";

function clientOf(server: FaultServer, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: `${server.url}/v1`, apiKey: crypto.randomUUID(), maxRetries });
}

function chatLine(customId: string, model = "gpt-test"): string {
  const body = { model, messages: [{ role: "user", content: `Say ${customId}` }] };
  return JSON.stringify({ custom_id: customId, method: "POST", url: "/v1/chat/completions", body });
}

async function upload(client: OpenAI, text: string): Promise<string> {
  const file = await toFile(Buffer.from(text), "requests.jsonl");
  return (await client.files.create({ purpose: "batch", file })).id;
}

async function submit(client: OpenAI, text: string): Promise<OpenAI.Batch> {
  return client.batches.create({
    input_file_id: await upload(client, text),
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata: { key: "k1" },
  });
}

const three = ["a", "b", "c"].map((id) => chatLine(id)).join("\n");

async function linesOf(client: OpenAI, fileId: string | undefined): Promise<readonly string[]> {
  const text = await (await client.files.content(fileId ?? "")).text();
  return text.split("\n").filter((line) => line !== "");
}

test("a batch is created, looked at until it is completed, and its answers are read", async () => {
  await using server = await FaultServer.start();
  const client = clientOf(server);

  const created = await submit(client, three);
  const first = await client.batches.retrieve(created.id);
  const second = await client.batches.retrieve(created.id);

  expect([created.status, first.status, second.status]).toEqual(["validating", "in_progress", "completed"]);
  expect(second).toMatchObject({
    id: created.id,
    metadata: { key: "k1" },
    request_counts: { total: 3, completed: 3, failed: 0 },
    error_file_id: null,
  });
  const lines = await linesOf(client, second.output_file_id);
  expect(lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id)).toEqual(["a", "b", "c"]);
});

test.each(["create_then_reset", "reset"] as const)(
  "%s: the official client sends a create three times, and the log counts what each one made",
  async (kind) => {
    const requests = [{ method: "POST", path: "/v1/batches", fault: { kind } }] as const;
    await using server = await FaultServer.start({ script: { requests: [...requests] } });

    await expect(submit(clientOf(server, 2), three)).rejects.toThrow(/connection/iu);

    const creates = server.exchanges.filter(({ path }) => path === "/v1/batches");
    expect(creates.map(({ status, fault }) => [status, fault])).toEqual(
      Array.from({ length: 3 }, () => [null, kind]),
    );
    expect(server.batches).toHaveLength(kind === "reset" ? 0 : 3);
  },
);

test("created, then 500: the answer says failed and the batch stands in the list", async () => {
  const script: FaultScriptInput = {
    requests: [
      {
        method: "POST",
        path: "/v1/batches",
        nth: [1],
        fault: { kind: "create_then_answer", answer: { status: 500, body: { error: { message: "no" } } } },
      },
    ],
  };
  await using server = await FaultServer.start({ script });
  const client = clientOf(server);

  await expect(submit(client, three)).rejects.toMatchObject({ status: 500 });

  const listed = (await client.batches.list()).data;
  expect(listed.map(({ metadata }) => metadata)).toEqual([{ key: "k1" }]);
  expect(server.exchanges.filter(({ fault }) => fault !== null)).toMatchObject([
    { status: 500, created: [listed[0]?.id], customIds: ["a", "b", "c"] },
  ]);
});

test("created, and the answer takes longer than the client waits", async () => {
  const fault = { kind: "create_then_delay", delayMs: 700_000 } as const;
  await using server = await FaultServer.start({
    script: { requests: [{ method: "POST", path: "/v1/batches", fault }] },
  });
  const impatient = clientOf(server).withOptions({ timeout: 300 });

  await expect(submit(impatient, three)).rejects.toThrow(/timed out/iu);

  expect(server.batches).toHaveLength(1);
});
