import { expect, test } from "vitest";
import type { BatchResult } from "../../../ports/batch-provider.ts";
import { parseOpenAiLine } from "./batch-line.ts";
import { chatCompletion } from "./openai-server.fixture.ts";

type Fields = Readonly<Record<string, unknown>>;

function lineOf(fields: Fields): Fields {
  return { id: "batch_req_1", custom_id: "aas_1", response: null, error: null, ...fields };
}

function outcomeOf(fields: Fields): BatchResult["outcome"] | undefined {
  return parseOpenAiLine(lineOf(fields))?.outcome;
}

function outcomeOfBody(body: unknown, status_code = 200): BatchResult["outcome"] | undefined {
  return outcomeOf({ response: { status_code, request_id: "r", body } });
}

/** A chat completion with other words in it. */
function chat(
  message: Fields,
  finish_reason: string | null,
  usage: unknown = { prompt_tokens: 5, completion_tokens: 7 },
): Fields {
  return {
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason }],
    usage,
  };
}

const tokens = { inputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 7 };

test.each([
  ["a whole answer", chat({ content: "t" }, "stop"), "t", "stop"],
  ["an answer that was cut", chat({ content: "t" }, "length"), "t", "length"],
  ["a refusal", chat({ content: null, refusal: "I will not." }, "stop"), "I will not.", "refusal"],
  ["a filtered answer", chat({ content: "" }, "content_filter"), "", "filter"],
  ["an answer that does not say how it ended", chat({ content: "t" }, null), "t", "other"],
  ["a call of a tool", chat({ content: null, tool_calls: [] }, "tool_calls"), "", "other"],
  ["nothing at all", chat({ content: "" }, "stop"), "", "other"],
  [
    "an answer in parts",
    chat(
      {
        content: [
          { type: "text", text: "t" },
          { type: "text", text: "u" },
        ],
      },
      "stop",
    ),
    "tu",
    "stop",
  ],
])("%s", (_, body, text, finish) => {
  expect(outcomeOfBody(body)).toEqual({
    kind: "answered",
    reply: { text, finish, usage: tokens, model: "m" },
  });
});

test.each([
  ["length", { reasoning_tokens: 7 }],
  ["stop", { reasoning_tokens: 7 }],
])("thinking that used up all that may be written is a cut, though it ends with %s", (reason, details) => {
  const usage = { prompt_tokens: 5, completion_tokens: 7, completion_tokens_details: details };

  expect(outcomeOfBody(chat({ content: "" }, reason, usage))).toMatchObject({
    reply: { finish: "length", usage: tokens },
  });
});

test.each([undefined, null, {}, { prompt_tokens: 0, completion_tokens: 0 }, "none"])(
  "usage %j is not known",
  (usage) => {
    expect(outcomeOfBody(chat({ content: "t" }, "stop", usage ?? null))).toMatchObject({
      reply: { text: "t", usage: null },
    });
  },
);

test("a field that is left out is as good as nothing", () => {
  const choices = [{ message: { content: "t" } }];

  expect(
    parseOpenAiLine({ custom_id: "a", response: { status_code: 200, body: { choices } } })?.outcome,
  ).toEqual({
    kind: "answered",
    reply: { text: "t", finish: "other", usage: null, model: null },
  });
  expect(parseOpenAiLine({ custom_id: "a" })?.outcome).toMatchObject({ failure: "transient" });
  expect(outcomeOfBody(chat({ refusal: "No." }, "stop"))).toMatchObject({ reply: { finish: "refusal" } });
});

test("tokens from a cache are counted among those that were read", () => {
  expect(outcomeOfBody(chatCompletion("t"))).toMatchObject({
    reply: { usage: { inputTokens: 120, cacheReadTokens: 20, cacheWriteTokens: 0, outputTokens: 30 } },
  });
});

const response = {
  object: "response",
  model: "m",
  status: "completed",
  output: [
    { type: "reasoning", summary: [] },
    { type: "message", content: [{ type: "output_text", text: "t", annotations: [] }] },
  ],
  usage: {
    input_tokens: 5,
    output_tokens: 7,
    input_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
  },
};

test.each([
  ["is whole", response, { text: "t", finish: "stop" }],
  [
    "was cut",
    { ...response, status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
    { text: "t", finish: "length" },
  ],
  [
    "was filtered",
    { ...response, status: "incomplete", incomplete_details: { reason: "content_filter" } },
    { text: "t", finish: "filter" },
  ],
  [
    "is a refusal",
    { ...response, output: [{ type: "message", content: [{ type: "refusal", refusal: "No." }] }] },
    { text: "No.", finish: "refusal" },
  ],
  ["is empty", { ...response, output: [] }, { text: "", finish: "other" }],
])("an answer of the other API that %s", (_, body, reply) => {
  expect(outcomeOfBody(body)).toEqual({
    kind: "answered",
    reply: { ...reply, model: "m", usage: { ...tokens, cacheReadTokens: 2, cacheWriteTokens: 1 } },
  });
});

test.each([
  ["a wrong request", 400, { error: { type: "invalid_request_error", message: "bad" } }, "invalid_request"],
  ["a model that is not there", 404, { error: { code: "model_not_found" } }, "invalid_request"],
  ["a filter", 400, { error: { code: "content_filter" } }, "filtered"],
  ["too many calls", 429, { error: { code: "rate_limit_exceeded" } }, "transient"],
  ["no money", 429, { error: { code: "insufficient_quota" } }, "transient"],
  ["no money, told otherwise", 400, { error: { code: "billing_hard_limit_reached" } }, "transient"],
  ["a lost key", 401, { error: { code: "invalid_api_key" } }, "transient"],
  ["a fault of the server", 500, { error: { type: "server_error" } }, "transient"],
  ["a timeout", 408, null, "transient"],
  ["nothing at all", 0, null, "transient"],
  ["success without an answer", 200, null, "missing"],
  ["success that is garbled", 200, { type: "message", choices: 7 }, "missing"],
  ["success that is no JSON", 200, "<html>", "missing"],
  ["success with an error", 200, { error: { code: "server_error" } }, "transient"],
  [
    "success with a wrong request",
    200,
    { object: "response", status: "failed", error: { code: "invalid_prompt" } },
    "invalid_request",
  ],
])("%s", (_, status, body, failure) => {
  expect(outcomeOfBody(body, status)).toMatchObject({ kind: "failed", failure });
});

test.each([
  ["batch_expired", "expired"],
  ["batch_cancelled", "canceled"],
  ["server_error", "transient"],
  ["invalid_request", "invalid_request"],
  ["model_not_found", "invalid_request"],
  ["content_filter", "filtered"],
  ["something_new", "transient"],
])("a line without a response and with the code %s is %s", (code, failure) => {
  expect(outcomeOf({ error: { code, message: "m" } })).toEqual({
    kind: "failed",
    failure,
    message: `${code}: m`,
  });
});

test("a line that says nothing is worth another try", () => {
  expect(outcomeOf({})).toEqual({
    kind: "failed",
    failure: "transient",
    message: "The provider did not say why.",
  });
});

test.each([null, 1, "text", [], {}, { custom_id: "" }, { custom_id: 7, response: null }])(
  "%j is nobody's line",
  (value) => {
    expect(parseOpenAiLine(value)).toBeNull();
  },
);
