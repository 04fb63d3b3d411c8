import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { expect, test } from "vitest";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { openaiClient } from "./openai-client.ts";

/** The first call fails, the second is cut off by the limit, the third is refused, all others go well. */
const lines: FaultScriptInput["lines"] = [
  { customIds: ["sync-1"], fault: { kind: "status", status: 500, message: "Oh." } },
  { customIds: ["sync-2"], fault: { kind: "length" } },
  { customIds: ["sync-3"], fault: { kind: "refused" } },
];

/** What four calls bring: the status of a failure, or how an answer ended. */
async function four(ask: () => Promise<unknown>): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for (let count = 0; count < 4; count += 1) {
    seen.push(await ask().catch((error: { readonly status: number }) => error.status));
  }
  return seen;
}

const messages = [{ role: "user" as const, content: "Hi" }];

test("OpenAI's chat: a failure, a cut answer, a refusal, an answer", async () => {
  await using server = await FaultServer.start({ script: { lines } });
  const client = openaiClient(`${server.url}/v1`);

  const seen = await four(async () => {
    const { choices } = await client.chat.completions.create({ model: "gpt-test", messages });
    return [choices[0]?.finish_reason, choices[0]?.message.refusal];
  });

  expect(seen).toEqual([500, ["length", null], ["stop", "I cannot help with that."], ["stop", null]]);
});

test("OpenAI's responses: a failure, a cut answer, a refusal, an answer", async () => {
  await using server = await FaultServer.start({ script: { lines } });
  const client = openaiClient(`${server.url}/v1`);

  const seen = await four(async () => {
    const {
      status,
      incomplete_details: details,
      output,
    } = await client.responses.create({
      model: "gpt-test",
      input: "Hi",
    });
    const message = output.find((one) => one.type === "message");
    return [status, details?.reason, message?.content[0]?.type];
  });

  expect(seen).toEqual([
    500,
    ["incomplete", "max_output_tokens", "output_text"],
    ["completed", undefined, "refusal"],
    ["completed", undefined, "output_text"],
  ]);
});

test("Anthropic: a failure, a cut answer, a refusal, an answer", async () => {
  await using server = await FaultServer.start({ script: { lines } });
  const client = new Anthropic({ baseURL: server.url, apiKey: crypto.randomUUID(), maxRetries: 0 });

  const seen = await four(async () => {
    const message = await client.messages.create({ model: "claude-test", max_tokens: 9, messages });
    return message.stop_reason;
  });

  expect(seen).toEqual([500, "max_tokens", "refusal", "end_turn"]);
});

test("Gemini: a failure, a cut answer, a refusal, an answer", async () => {
  await using server = await FaultServer.start({ script: { lines } });
  const httpOptions = { baseUrl: server.url, apiVersion: "v1beta" };
  const client = new GoogleGenAI({ apiKey: crypto.randomUUID(), httpOptions });

  const seen = await four(async () => {
    const { candidates } = await client.models.generateContent({ model: "gemini-test", contents: "Hi" });
    return candidates?.[0]?.finishReason;
  });

  expect(seen).toEqual([500, "MAX_TOKENS", "PROHIBITED_CONTENT", "STOP"]);
});

test("the same question brings the same answer, another question another", async () => {
  await using server = await FaultServer.start();
  const client = openaiClient(`${server.url}/v1`);
  const ask = async (content: string): Promise<string | null | undefined> => {
    const reply = await client.chat.completions.create({
      model: "gpt-test",
      messages: [{ role: "user", content }],
    });
    return reply.choices[0]?.message.content;
  };

  expect(await ask("Why?")).toBe(await ask("Why?"));
  expect(await ask("How?")).not.toBe(await ask("Why?"));
});

test("OpenAI refuses a call without a model and a strict schema that allows more than it says", async () => {
  await using server = await FaultServer.start();
  const ask = async (body: unknown): Promise<number> => {
    const headers = { authorization: "Bearer any" };
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    return (await fetch(`${server.url}/v1/chat/completions`, request)).status;
  };
  const format = {
    type: "json_schema",
    json_schema: { name: "plan", strict: true, schema: { type: "object" } },
  };

  expect(await ask({ messages })).toBe(400);
  expect(await ask({ model: "m", messages, response_format: format })).toBe(400);
  expect(await ask({ model: "m", messages })).toBe(200);
});

test("a script that asks for what cannot be is told to whoever closes the server", async () => {
  const server = await FaultServer.start({ script: { lines: [{ fault: { kind: "cut" } }] } });
  const headers = { "x-goog-api-key": "any" };
  const requests = [{ request: { contents: [{ parts: [{ text: "Hi" }] }] }, metadata: { key: "a" } }];
  const body = JSON.stringify({ batch: { inputConfig: { requests: { requests } } } });
  await fetch(`${server.url}/v1beta/models/m:batchGenerateContent`, { method: "POST", headers, body });
  const [batch] = server.batches;
  server.finish(batch?.facts.id ?? "");

  await expect(fetch(`${server.url}/v1beta/${batch?.facts.id ?? ""}`, { headers })).rejects.toThrow(/fetch/u);

  await expect(server[Symbol.asyncDispose]()).rejects.toThrow(/cannot do what its script says/u);
});
