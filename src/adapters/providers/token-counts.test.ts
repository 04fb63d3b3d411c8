import fc from "fast-check";
import { expect, test } from "vitest";
import type { TokenUsage } from "../../domain/money/price.ts";
import type { BatchResult } from "../../ports/batch-provider.ts";
import type { ModelReply } from "../../ports/model.ts";
import { parseAnthropicLine } from "./anthropic/batch-line.ts";
import { parseMessage } from "./anthropic/message.ts";
import { parseGeminiLine } from "./gemini/batch-line.ts";
import { parseContentReply } from "./gemini/content-reply.ts";
import { parseOpenAiLine } from "./openai/batch-line.ts";
import { parseChatReply } from "./openai/chat-reply.ts";
import { parseResponsesReply } from "./openai/responses-reply.ts";

/** What is told of the tokens, in no vendor's words. */
interface Told {
  readonly read: unknown;
  readonly cached: unknown;
  readonly written: unknown;
}

interface Vendor {
  readonly bodyOf: (told: Told) => unknown;
  readonly parse: (body: unknown) => ModelReply | null;
  readonly parseLine: (body: unknown) => BatchResult | null;
}

const chat: Vendor = {
  bodyOf: ({ read, cached, written }) => ({
    choices: [{ message: { content: "yes" }, finish_reason: "stop" }],
    usage: {
      prompt_tokens: read,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens: written,
    },
  }),
  parse: parseChatReply,
  parseLine: (body) => parseOpenAiLine({ custom_id: "aas_1", response: { status_code: 200, body } }),
};

const responses: Vendor = {
  ...chat,
  bodyOf: ({ read, cached, written }) => ({
    object: "response",
    status: "completed",
    output: [{ type: "message", content: [{ type: "output_text", text: "yes" }] }],
    usage: { input_tokens: read, input_tokens_details: { cached_tokens: cached }, output_tokens: written },
  }),
  parse: parseResponsesReply,
};

const messages: Vendor = {
  bodyOf: ({ read, cached, written }) => ({
    type: "message",
    content: [{ type: "text", text: "yes" }],
    stop_reason: "end_turn",
    usage: { input_tokens: read, cache_read_input_tokens: cached, output_tokens: written },
  }),
  parse: parseMessage,
  parseLine: (message) => parseAnthropicLine({ custom_id: "aas_1", result: { type: "succeeded", message } }),
};

const contents: Vendor = {
  bodyOf: ({ read, cached, written }) => ({
    candidates: [{ content: { parts: [{ text: "yes" }] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: read, cachedContentTokenCount: cached, thoughtsTokenCount: written },
  }),
  parse: parseContentReply,
  parseLine: (response) => parseGeminiLine({ key: "aas_1", response }),
};

const vendors = [
  ["chat completions", chat],
  ["responses", responses],
  ["messages", messages],
  ["contents", contents],
] as const;

/** As asked at once and as in a batch: the answer is there, whatever is told of its tokens. */
function usagesOf({ bodyOf, parse, parseLine }: Vendor, told: Told): readonly (TokenUsage | null)[] {
  const body = bodyOf(told);
  const outcome = parseLine(body)?.outcome;
  const replies = [parse(body), outcome?.kind === "answered" ? outcome.reply : null];
  return replies.map((reply) => {
    expect(reply).toMatchObject({ text: "yes", finish: "stop" });
    return reply?.usage ?? null;
  });
}

const odd = [-1, -1_000_000, 0.5, 90.5, 1e12, 1e18, 1e300, 9_007_199_254_740_993_000, "-5", "many", true, {}];

test.each(vendors)(
  "%s: an answer whose tokens cannot be so is kept, and its tokens are not known",
  (_, vendor) => {
    const told = { read: 200, cached: 100, written: 90 };
    const tellings = odd.flatMap((each) => Object.keys(told).map((name) => ({ ...told, [name]: each })));

    expect(tellings.flatMap((each) => usagesOf(vendor, each)).filter((usage) => usage !== null)).toEqual([]);
  },
);

test.each(vendors)("%s: counts that can be so are believed", (_, vendor) => {
  const count = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(count, count, (read, written) => {
      const usage = { inputTokens: read, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: written };

      expect(usagesOf(vendor, { read, cached: 0, written })).toEqual([usage, usage]);
      expect(usagesOf(vendor, { read: `${read}`, cached: null, written: `${written}` })).toEqual([
        usage,
        usage,
      ]);
    }),
  );
});

test.each(vendors)(
  "%s: whatever is told, it is whole amounts of what was read and written, or nothing",
  (_, vendor) => {
    const anyValue = fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger(), fc.string(), fc.constant(null));
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (read, cached, written) => {
        for (const usage of usagesOf(vendor, { read, cached, written })) {
          const counts = usage === null ? [] : Object.values(usage);

          expect(counts.filter((each) => !Number.isSafeInteger(each) || each < 0)).toEqual([]);
          expect(usage?.cacheReadTokens ?? 0).toBeLessThanOrEqual(usage?.inputTokens ?? 0);
        }
      }),
    );
  },
);

test.each([
  ["chat completions", chat],
  ["responses", responses],
  ["contents", contents],
])("%s: a cache that gave more than was read was counted wrongly", (_, vendor) => {
  expect(usagesOf(vendor, { read: 200, cached: 1_000_000, written: 90 })).toEqual([null, null]);
});
