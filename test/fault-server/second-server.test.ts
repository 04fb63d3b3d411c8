import { LLMock } from "@copilotkit/aimock";
import { toFile } from "openai";
import { expect, test } from "vitest";
import { z } from "zod";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { openaiClient, textOf, threeLines } from "./openai-client.ts";

interface Sight {
  readonly states: readonly string[];
  readonly order: readonly string[];
  readonly [part: string]: unknown;
}

const lineSchema = z.object({
  id: z.string(),
  custom_id: z.string(),
  response: z.looseObject({
    status_code: z.number(),
    request_id: z.string(),
    body: z.looseObject({ choices: z.array(z.looseObject({ finish_reason: z.string() })) }),
  }),
  error: z.null(),
});

/** What a client sees of one batch that goes well: one way for every server. */
async function watch(url: string): Promise<Sight> {
  const client = openaiClient(`${url}/v1`);
  const file = await client.files.create({
    purpose: "batch",
    file: await toFile(Buffer.from(threeLines), "in.jsonl"),
  });
  const created = await client.batches.create({
    input_file_id: file.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata: { key: "k1" },
  });
  const first = await client.batches.retrieve(created.id);
  const done = await client.batches.retrieve(created.id);
  const listed = (await client.batches.list()).data;
  const text = await textOf(client, done.output_file_id);
  const lines = text
    .trim()
    .split("\n")
    .map((line) => lineSchema.parse(JSON.parse(line)));
  const missing = await client.batches.retrieve("batch_nowhere").then(
    () => 200,
    (error: { readonly status: number }) => error.status,
  );
  return {
    states: [created.status, first.status, done.status],
    order: lines.map((line) => line.custom_id),
    file: [file.object, file.purpose, file.filename, file.bytes, file.status],
    batch: [done.object, done.endpoint, done.completion_window, done.metadata, done.request_counts],
    isSameFile: done.input_file_id === file.id,
    hasErrors: [done.errors ?? null, done.error_file_id ?? null],
    isListed: listed.map(({ id }) => id === created.id),
    answers: lines.map(({ response }) => [response.status_code, response.body.choices[0]?.finish_reason]),
    endsWithNewline: text.endsWith("\n"),
    missing,
  };
}

test("a client sees the same on this server and on one that others wrote", async () => {
  await using ours = await FaultServer.start();
  const theirs = new LLMock({ port: 0 });
  await theirs.start();

  try {
    const sight = await watch(ours.url);

    expect(sight.states).toEqual(["validating", "in_progress", "completed"]);
    expect(sight).toEqual(await watch(theirs.url));
  } finally {
    await theirs.stop();
  }
});
