import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAnthropicLine } from "./anthropic/batch-line.ts";
import { classifyAnthropicAnswer } from "./anthropic/classify-answer.ts";
import { parseMessageBatch, progressOf as progressOfMessageBatch } from "./anthropic/message-batch.ts";
import { parseGeminiLine } from "./gemini/batch-line.ts";
import { parseBatchOperation, progressOf as progressOfOperation } from "./gemini/batch-operation.ts";
import { classifyGeminiAnswer } from "./gemini/classify-answer.ts";
import { parseOpenAiLine } from "./openai/batch-line.ts";
import { parseBatch, progressOf } from "./openai/batch-object.ts";
import { classifyOpenAiAnswer } from "./openai/classify-answer.ts";

/** The words that the parsers look for, with anything behind them. */
const words = [
  "id",
  "name",
  "status",
  "state",
  "custom_id",
  "key",
  "response",
  "status_code",
  "body",
  "error",
  "errors",
  "data",
  "code",
  "type",
  "message",
  "details",
  "choices",
  "content",
  "finish_reason",
  "usage",
  "output",
  "metadata",
  "result",
  "candidates",
  "request_counts",
  "batchStats",
  "created_at",
  "done",
  "innererror",
  "processing_status",
  "inlinedResponses",
];

const { json } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(...words, "failed", "errored", "completed"),
  ),
  json: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...words), tie("json"), { maxKeys: 6 }),
  ),
}));

const readers: readonly (readonly [string, (value: unknown) => unknown])[] = [
  ["a line of OpenAI", parseOpenAiLine],
  ["a line of Anthropic", parseAnthropicLine],
  ["a line of Gemini", parseGeminiLine],
  [
    "a batch of OpenAI",
    (value) => {
      const batch = parseBatch(value);
      return batch && progressOf(batch);
    },
  ],
  [
    "a batch of Anthropic",
    (value) => {
      const batch = parseMessageBatch(value);
      return batch && progressOfMessageBatch(batch);
    },
  ],
  [
    "a batch of Gemini",
    (value) => {
      const batch = parseBatchOperation(value);
      return batch && progressOfOperation(batch);
    },
  ],
];

test.each(readers)("%s is read or left out, whatever it is", (_, read) => {
  fc.assert(
    fc.property(json, (value) => {
      expect(() => read(value)).not.toThrow();
    }),
  );
});

test.each([
  ["OpenAI", classifyOpenAiAnswer],
  ["Anthropic", classifyAnthropicAnswer],
  ["Gemini", classifyGeminiAnswer],
])("every answer of %s means something, and no fault of a server is taken for certain", (_, classify) => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 999 }), json, (status, body) => {
      const answer = { status, headers: new Headers(), body, receivedAt: new Date(0) };

      expect(classify(answer).kind).toMatch(/^[a-z_]+$/u);
      expect(classify({ ...answer, status: 500, body: null }).kind).toBe("open");
    }),
  );
});
