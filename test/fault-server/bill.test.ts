import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LineAnswer } from "../../src/testing/fault-server/answers/answer-line.ts";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { lineCost } from "../../src/testing/fault-server/money/line-cost.ts";
import type { ModelPrice } from "../../src/testing/fault-server/money/price-list.ts";
import { sentLines } from "../../src/testing/fault-server/money/sent-lines.ts";
import { openaiClient, submit, textOf } from "./openai-client.ts";

/** Dollars: 2 read, 0.5 from a cache, 2.5 to a cache, 8 written, for a million tokens each; long prompts twice as dear. */
const rates = { input: 2_000_000, cacheRead: 500_000, cacheWrite: 2_500_000, output: 8_000_000 };
const price: ModelPrice = {
  rates,
  longPrompts: [
    {
      aboveInputTokens: 1000,
      rates: { input: 4_000_000, cacheRead: 1_000_000, cacheWrite: 5_000_000, output: 16_000_000 },
    },
  ],
  batchFactor: [1, 2],
};
const prices = { "gpt-test": price, "claude-test": price, "gemini-test": price };

/** 600 fresh, 300 out of a cache, 100 into a cache, 50 written: 1,200 + 150 + 250 + 400 = 2,000; half of it in a batch. */
const answer = (): LineAnswer => ({
  text: "Yes.",
  tokens: {
    inputTokens: 1000,
    cacheReadTokens: 300,
    cacheWriteTokens: 100,
    outputTokens: 50,
    thinkingTokens: 10,
  },
});

async function start(script: FaultScriptInput = {}): Promise<FaultServer> {
  return FaultServer.start({ script: { prices, ...script }, answer });
}

async function endedBatch(server: FaultServer): Promise<string> {
  const client = openaiClient(`${server.url}/v1`);
  const { id } = await submit(client);
  server.finish(id);
  const { output_file_id: fileId } = await client.batches.retrieve(id);
  return textOf(client, fileId);
}

const namesOf = (lines: readonly { readonly customId: string | null }[]): readonly (string | null)[] =>
  lines.map(({ customId }) => customId);

test("a batch costs what its lines cost, at half the price, however often they are read", async () => {
  await using server = await start();
  const client = openaiClient(`${server.url}/v1`);
  const { id } = await submit(client);
  server.finish(id);
  const { output_file_id: fileId } = await client.batches.retrieve(id);

  expect(server.bill()).toMatchObject({ owed: [], owedMicroUsd: 0, untoldMicroUsd: 3000 });
  await textOf(client, fileId);
  await textOf(client, fileId);

  const bill = server.bill();
  expect(bill.owed.map(({ customId, costMicroUsd }) => [customId, costMicroUsd])).toEqual([
    ["a", 1000],
    ["b", 1000],
    ["c", 1000],
  ]);
  expect([bill.owedMicroUsd, bill.untold, bill.foreign]).toEqual([3000, [], []]);
});

test("a line that comes twice in one file is owed twice", async () => {
  await using server = await start({ lines: [{ customIds: ["b"], fault: { kind: "duplicated" } }] });

  await endedBatch(server);

  expect(namesOf(server.bill().owed)).toEqual(["a", "b", "b", "c"]);
  expect(server.bill().owedMicroUsd).toBe(4000);
});

test.each(["missing", "corrupted", "cut", "garbled", "no_custom_id", "no_usage"] as const)(
  "work whose line is %s was never told",
  async (kind) => {
    await using server = await start({ lines: [{ customIds: ["b"], fault: { kind } }] });

    await endedBatch(server);

    const { owed, owedMicroUsd, untold, untoldMicroUsd } = server.bill();
    expect([namesOf(owed), owedMicroUsd]).toEqual([["a", "c"], 2000]);
    expect([namesOf(untold), untoldMicroUsd]).toEqual([["b"], 1000]);
  },
);

test("failures cost nothing, and what was cut, refused or filtered costs like an answer", async () => {
  await using server = await start({
    lines: [
      { customIds: ["a"], fault: { kind: "status", status: 500 } },
      { customIds: ["b"], fault: { kind: "length" } },
      { customIds: ["c"], fault: { kind: "filtered" } },
    ],
  });

  await endedBatch(server);

  expect([namesOf(server.bill().owed), server.bill().untold]).toEqual([["b", "c"], []]);
});

test("a line that nobody asked for stands apart", async () => {
  await using server = await start({ lines: [{ customIds: ["b"], fault: { kind: "foreign_after" } }] });

  await endedBatch(server);

  expect(server.bill().owedMicroUsd).toBe(3000);
  expect(namesOf(server.bill().foreign)).toEqual([expect.stringMatching(/^foreign-/u)]);
});

test("a byte order mark and a carriage return hide nothing", async () => {
  await using server = await start({ batches: [{ files: ["bom", "crlf", "line_separator", "no_end"] }] });

  await endedBatch(server);

  expect(namesOf(server.bill().owed)).toEqual(["a", "b", "c"]);
});

test("a call costs the full price, and half of it when it may wait", async () => {
  await using server = await start();
  const client = openaiClient(`${server.url}/v1`);
  const messages = [{ role: "user" as const, content: "Hi" }];

  await client.chat.completions.create({ model: "gpt-test-2026-01-01", messages });
  await client.chat.completions.create({ model: "gpt-test", messages, service_tier: "flex" });
  await client.responses.create({ model: "gpt-test", input: "Hi" });

  expect(server.bill().owed.map(({ costMicroUsd }) => costMicroUsd)).toEqual([2000, 1000, 2000]);
});

test("a call whose answer never left was worked on and never told", async () => {
  const fault = { kind: "create_then_reset" } as const;
  await using server = await start({ requests: [{ path: "/v1/chat/completions", fault }] });
  const messages = [{ role: "user" as const, content: "Hi" }];

  const call = openaiClient(`${server.url}/v1`).chat.completions.create({ model: "gpt-test", messages });
  await expect(call).rejects.toThrow(/connection/iu);

  expect(server.bill()).toMatchObject({ owed: [], untold: [{ customId: null }], untoldMicroUsd: 2000 });
});

test("Anthropic's numbers, told in another way, cost the same", async () => {
  await using server = await start();
  const client = new Anthropic({ baseURL: server.url, apiKey: crypto.randomUUID(), maxRetries: 0 });
  const params = {
    model: "claude-test",
    max_tokens: 9,
    messages: [{ role: "user" as const, content: "Hi" }],
  };
  const { id } = await client.messages.batches.create({ requests: [{ custom_id: "a", params }] });
  server.finish(id);
  await client.messages.batches.retrieve(id);

  await client.messages.create(params);
  await (await client.messages.batches.results(id))[Symbol.asyncIterator]().next();

  expect(server.bill().owed.map(({ costMicroUsd }) => costMicroUsd)).toEqual([2000, 1000]);
});

test("Gemini's numbers cost the same but for what is written to a cache, which it does not tell", async () => {
  const cached = { ...price, batchCacheReadFactor: [1, 1] as [number, number] };
  await using server = await start({ prices: { "gemini-test": cached } });
  const httpOptions = { baseUrl: server.url, apiVersion: "v1beta" };
  const client = new GoogleGenAI({ apiKey: crypto.randomUUID(), httpOptions });
  const src = [{ contents: [{ parts: [{ text: "Hi" }] }], metadata: { key: "a" } }];
  const { name = "" } = await client.batches.create({ model: "gemini-test", src });
  server.finish(name);

  await client.models.generateContent({ model: "gemini-test", contents: "Hi" });
  await client.batches.get({ name });
  await client.batches.get({ name });

  // 700 fresh, 300 out of a cache, 50 written: 1,400 + 150 + 400; in a batch the cache is as dear as ever.
  expect(server.bill().owed.map(({ costMicroUsd }) => costMicroUsd)).toEqual([1950, 1050]);
});

test("a model without a price is on the bill without one", async () => {
  await using server = await start({ prices: {} });

  await endedBatch(server);

  expect(server.bill().owed.map(({ costMicroUsd }) => costMicroUsd)).toEqual([null, null, null]);
});

test("a long prompt is dearer from the first token on, and every line is rounded up alone", () => {
  const tokens = (inputTokens: number): LineAnswer["tokens"] => ({
    inputTokens,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    thinkingTokens: 0,
  });
  const third: ModelPrice = { rates: { ...rates, input: 1 }, longPrompts: [], batchFactor: [1, 3] };

  expect([1000, 1001].map((count) => lineCost(tokens(count), price, false))).toEqual([2000n, 4004n]);
  expect([1, 3_000_000, 3_000_001].map((count) => lineCost(tokens(count), third, true))).toEqual([
    1n,
    1n,
    2n,
  ]);
});

test("the price of a batch is never more than that of the same calls, and never half a micro-dollar less than its share", () => {
  const count = fc.nat({ max: 2_000_000 });
  fc.assert(
    fc.property(count, count, count, count, (fresh, cacheReadTokens, cacheWriteTokens, outputTokens) => {
      const inputTokens = fresh + cacheReadTokens + cacheWriteTokens;
      const tokens = { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens };
      const [batch, call] = [lineCost(tokens, price, true), lineCost(tokens, price, false)];
      expect(batch <= call).toBe(true);
      expect(batch * 2n >= call).toBe(true);
    }),
  );
});

test("of a file of which only some bytes went out, the whole lines were sent", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 }).map((text) => text.replaceAll(/[\n\uFEFF]/gu, "x"))),
      fc.nat(),
      (texts, at) => {
        const file = Buffer.from(texts.map((text) => `${text}\n`).join(""));
        const sent = Math.min(at, file.length);

        const lines = sentLines(file, sent);

        expect(lines.map(({ text }) => text)).toEqual(texts.slice(0, lines.length));
        const whole = Buffer.byteLength(lines.map(({ text }) => text).join("\n"));
        const next = texts[lines.length];
        expect(whole).toBeLessThanOrEqual(sent);
        if (next !== undefined) {
          expect(whole + (lines.length > 0 ? 1 : 0) + Buffer.byteLength(next)).toBeGreaterThan(sent);
        }
      },
    ),
  );
});
