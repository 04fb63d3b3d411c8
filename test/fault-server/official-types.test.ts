import { expect, test } from "vitest";
import { z } from "zod";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { chatLine, linesOf, openaiClient, submit } from "./openai-client.ts";
import { typeFaults } from "./typed-answers.ts";

interface Typed {
  readonly type: string;
  readonly value: unknown;
}

const headers = { authorization: "Bearer any", "x-api-key": "any", "anthropic-version": "1" };

async function ask(url: string, body?: unknown): Promise<unknown> {
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return (await fetch(url, { headers, ...request })).json();
}

/** The finishes that an answer can have, and every end of a batch. */
const finishes: FaultScriptInput["lines"] = [
  { customIds: ["b"], fault: { kind: "refused" } },
  { customIds: ["c"], fault: { kind: "length" } },
  { customIds: ["d"], fault: { kind: "filtered" } },
  { customIds: ["e"], fault: { kind: "empty" } },
  { customIds: ["f"], fault: { kind: "status", status: 500 } },
  { customIds: ["g"], fault: { kind: "expired" } },
];
const names = ["a", "b", "c", "d", "e", "f", "g"];
const ends: FaultScriptInput["batches"] = [
  { batches: [2], fate: { kind: "failed", errors: [{ code: "empty_file", message: "Nothing.", line: 1 }] } },
  { batches: [3], fate: { kind: "expired", done: 1 } },
];

const lineBody = z.object({ response: z.object({ body: z.unknown() }).nullable() });

async function openaiAnswers(server: FaultServer): Promise<readonly Typed[]> {
  const url = `${server.url}/v1`;
  const client = openaiClient(url);
  const answers: Typed[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { id } = await submit(client, names.map((name) => chatLine(name)).join("\n"));
    for (let looks = 0; looks < 3; looks += 1) {
      answers.push({ type: "OpenAI.Batch", value: await ask(`${url}/batches/${id}`) });
    }
    const { output_file_id: fileId } = await client.batches.retrieve(id);
    const lines = fileId === undefined || fileId === null ? [] : await linesOf(client, fileId);
    const bodies = lines.map((line) => lineBody.parse(JSON.parse(line)).response?.body);
    answers.push(...bodies.map((value) => ({ type: "OpenAI.ChatCompletion", value })));
  }
  const messages = [{ role: "user", content: "Hi" }];
  const files = z.object({ data: z.array(z.unknown()) }).parse(await ask(`${url}/files`));
  const chat = await ask(`${url}/chat/completions`, { model: "m", messages });
  const response = await ask(`${url}/responses`, { model: "m", input: "Hi" });
  return [
    ...answers,
    ...files.data.map((value) => ({ type: "OpenAI.FileObject", value })),
    { type: "OpenAI.ChatCompletion", value: chat },
    // `output_text` is put together by the client.
    { type: `Omit<OpenAI.Responses.Response, "output_text">`, value: response },
  ];
}

async function anthropicAnswers(server: FaultServer): Promise<readonly Typed[]> {
  const url = `${server.url}/v1/messages`;
  const params = { model: "m", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };
  const created = await ask(`${url}/batches`, {
    requests: names.map((name) => ({ custom_id: name, params })),
  });
  const { id } = z.object({ id: z.string() }).parse(created);
  const working = await ask(`${url}/batches/${id}`);
  const ended = await ask(`${url}/batches/${id}`);
  const results = await (await fetch(`${url}/batches/${id}/results`, { headers })).text();
  return [
    { type: "Anthropic.Messages.Message", value: await ask(url, params) },
    ...[created, working, ended].map((value) => ({ type: "Anthropic.Messages.MessageBatch", value })),
    ...results
      .trim()
      .split("\n")
      .map((line) => ({
        type: "Anthropic.Messages.MessageBatchIndividualResponse",
        value: JSON.parse(line) as unknown,
      })),
  ];
}

test("every answer is what the official clients' own types say, with nothing added", async () => {
  await using openai = await FaultServer.start({ script: { lines: finishes, batches: ends } });
  await using anthropic = await FaultServer.start({ script: { lines: finishes } });

  const answers = [...(await openaiAnswers(openai)), ...(await anthropicAnswers(anthropic))];

  expect(answers.length).toBeGreaterThan(25);
  expect(await typeFaults(answers)).toBe("");
});

test("a field too many, one too few and one of another kind are found", async () => {
  const batch = {
    id: "b",
    completion_window: "24h",
    created_at: 1,
    endpoint: "/v1/responses",
    input_file_id: "f",
    object: "batch",
    status: "completed",
    errors: null,
  };
  const { created_at: _, ...less } = batch;
  const wrong = [batch, { ...batch, mood: "good" }, less, { ...batch, status: "done" }];

  const faults = await typeFaults(wrong.map((value) => ({ type: "OpenAI.Batch", value })));

  expect(faults.split("\n").filter((line) => line.startsWith("answers.ts"))).toEqual([
    expect.stringContaining(`'"mood"' does not exist`),
    expect.stringContaining("'created_at' is missing"),
    expect.stringContaining(`"done"`),
  ]);
});
