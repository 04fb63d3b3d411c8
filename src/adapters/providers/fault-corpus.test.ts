import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { BatchProgress, BatchResult } from "../../ports/batch-provider.ts";
import { parseAnthropicLine } from "./anthropic/batch-line.ts";
import { classifyAnthropicAnswer } from "./anthropic/classify-answer.ts";
import { parseMessageBatch, progressOf as progressOfMessageBatch } from "./anthropic/message-batch.ts";
import { parseGeminiLine } from "./gemini/batch-line.ts";
import {
  parseBatchOperation,
  parseOperationList,
  progressOf as progressOfOperation,
} from "./gemini/batch-operation.ts";
import { classifyGeminiAnswer } from "./gemini/classify-answer.ts";
import { parseOpenAiLine } from "./openai/batch-line.ts";
import { parseBatch, progressOf as progressOfBatch } from "./openai/batch-object.ts";
import { parseChatReply } from "./openai/chat-reply.ts";
import { classifyOpenAiAnswer } from "./openai/classify-answer.ts";
import { nextDialect } from "./openai/dialect.ts";
import { parseOpenAiError } from "./openai/openai-error.ts";
import type { HttpAnswer } from "./wire/http-answer.ts";
import { parseJson } from "./wire/parse-json.ts";
import { readLines } from "./wire/read-lines.ts";

const corpora = process.env["AAS_CORPORA"] ?? "";

const answerShape = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  raw: z.string().optional(),
});

const caseShape = z.object({
  id: z.string(),
  title: z.string(),
  provider: z.enum(["openai", "azure", "compat", "anthropic", "gemini", "any"]),
  items_in: z.array(z.string()),
  response: answerShape.optional(),
  steps: z.array(answerShape).optional(),
  variants: z.array(z.unknown()).default([]),
  batch: z.record(z.string(), z.unknown()).optional(),
  output_file: z.array(z.string()).default([]),
  output_file_raw: z.string().optional(),
  error_file: z.array(z.string()).default([]),
  error_file_raw: z.string().optional(),
  results: z.array(z.string()).default([]),
  results_raw: z.string().optional(),
  expect: z.object({
    action: z.string().optional(),
    items: z.record(z.string(), z.string()).optional(),
    billed: z.array(z.string()).optional(),
    ignored: z.array(z.string()).optional(),
    usage_total_input: z.number().optional(),
    usage_total_output: z.number().optional(),
  }),
});

type Case = z.infer<typeof caseShape>;

interface Vendor {
  readonly classify: typeof classifyOpenAiAnswer;
  readonly parseLine: (line: unknown) => BatchResult | null;
  readonly progress: (batch: unknown) => BatchProgress | null;
}

const openAi: Vendor = {
  classify: classifyOpenAiAnswer,
  parseLine: parseOpenAiLine,
  progress: (body) => {
    const batch = parseBatch(body);
    return batch === null ? null : progressOfBatch(batch);
  },
};

const vendors: Readonly<Record<Case["provider"], Vendor>> = {
  openai: openAi,
  azure: openAi,
  compat: openAi,
  any: openAi,
  anthropic: {
    classify: classifyAnthropicAnswer,
    parseLine: parseAnthropicLine,
    progress: (body) => {
      const batch = parseMessageBatch(body);
      return batch === null ? null : progressOfMessageBatch(batch);
    },
  },
  gemini: {
    classify: classifyGeminiAnswer,
    parseLine: parseGeminiLine,
    progress: (body) => {
      const batch = parseBatchOperation(body);
      return batch === null ? null : progressOfOperation(batch);
    },
  },
};

/** What a call that went wrong may be taken for, by what the corpus wants to be done about it. */
const kindsOfAction: Readonly<Record<string, readonly string[]>> = {
  fail_permanent: ["invalid", "unauthorized", "missing"],
  pause_for_money: ["unpaid"],
  capability_off_fallback_sync: ["unsupported"],
  fallback_sync: ["unsupported", "missing", "invalid"],
  split: ["too_large"],
  split_or_fail: ["too_large", "invalid"],
  backoff_requeue: ["rate", "overloaded"],
  backoff_retry: ["rate", "overloaded"],
  reconcile: ["open", "overloaded"],
  retry: ["rate", "overloaded", "open", "missing"],
  download_results: ["open"],
  mark_lost_resubmit_missing: ["missing"],
  downgrade_format: ["invalid"],
};

/** What a batch may be taken for, in the words of its progress and its trouble. */
const progressOfAction: Readonly<Record<string, readonly string[]>> = {
  wait: ["pending"],
  fail_permanent: ["failed invalid", "completed"],
  split_by_model: ["failed mixed_models"],
  split_or_fail: ["failed too_large", "failed invalid"],
  split: ["failed too_large"],
  backoff_requeue: ["failed busy"],
  reupload_once: ["failed upload_lost"],
  pause_for_money: ["failed unpaid"],
  retry_once_then_fallback: ["failed unexplained"],
  lost: ["archived"],
};

const itemOfFailure = {
  invalid_request: "invalid_request",
  transient: "transient",
  filtered: "filtered",
  expired: "expired",
  canceled: "cancelled",
  missing: "missing",
} as const;

const itemOfFinish = {
  stop: "ok",
  length: "truncated",
  refusal: "refused",
  filter: "filtered",
  other: "unparseable",
} as const;

function itemOf({ outcome }: BatchResult): string {
  return outcome.kind === "answered" ? itemOfFinish[outcome.reply.finish] : itemOfFailure[outcome.failure];
}

function answerOf(answer: z.infer<typeof answerShape>): HttpAnswer {
  const { status, headers, body, raw } = answer;
  return { status, headers: new Headers(headers), body: raw ?? body, receivedAt: new Date() };
}

/** Variants are whole answers, or other codes for the same answer. */
function answersOf({ response, variants }: Case): readonly HttpAnswer[] {
  if (response === undefined) return [];
  const others = variants.map((variant) => {
    if (typeof variant !== "string") return answerOf(answerShape.parse(variant));
    const text = JSON.stringify(response.body).replace(/"(?:error_)?code":"[^"]*"/u, (each) =>
      each.replace(/:".*/u, `:"${variant}"`),
    );
    return answerOf({ ...response, body: parseJson(text) });
  });
  return [answerOf(response), ...others];
}

/** Variants are other reasons for the same failure. */
function batchesOf({ batch, variants }: Case): readonly unknown[] {
  const others = variants
    .filter((each) => typeof each === "object")
    .map((error) => ({
      ...batch,
      errors: { object: "list", data: [error] },
    }));
  return [batch, ...others];
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function resultsOf(each: Case, { parseLine }: Vendor): Promise<readonly BatchResult[]> {
  const texts = [
    each.output_file_raw ?? each.output_file.join("\n"),
    each.error_file_raw ?? each.error_file.join("\n"),
    each.results_raw ?? each.results.join("\n"),
  ];
  const inline = parseBatchOperation(each.batch)?.results;
  const results: BatchResult[] = [];
  for (const text of texts) {
    for await (const line of readLines(bytesOf(text), 1_000_000))
      results.push(...[parseLine(parseJson(line)) ?? []].flat());
  }
  if (inline?.kind === "inline") results.push(...inline.lines.flatMap((line) => parseLine(line) ?? []));
  return results;
}

/** What became of an item that no line tells of. */
function itemWithoutLine(progress: BatchProgress | null): string {
  if (progress?.kind === "expired") return "expired";
  if (progress?.kind === "canceled") return "cancelled";
  if (progress?.kind !== "failed") return "missing";
  return progress.trouble === "invalid" ? "invalid_request" : "not_run";
}

const cases = corpora === "" ? [] : readCases();

function readCases(): readonly Case[] {
  const text = readFileSync(join(corpora, "batch-faults.json"), "utf8");
  return z.object({ cases: z.array(caseShape) }).parse(JSON.parse(text)).cases;
}

function named(those: readonly Case[]): readonly (readonly [string, Case])[] {
  return those.map((each) => [`${each.id} ${each.provider}: ${each.title}`, each] as const);
}

describe.skipIf(corpora === "")("faults of providers (AAS_CORPORA; skipped when it is not set)", () => {
  test("there are faults to look at", () => {
    expect(cases.length).toBeGreaterThan(20);
  });

  test.each(named(cases.filter(({ response }) => response !== undefined)))("answer of %s", (_, each) => {
    const kinds = answersOf(each).map((answer) => vendors[each.provider].classify(answer).kind);

    const allowed = kindsOfAction[each.expect.action ?? ""];
    expect(allowed, `The action ${each.expect.action} is not known here`).toBeDefined();
    expect(kinds.filter((kind) => allowed?.includes(kind) !== true)).toEqual([]);
  });

  test.each(
    named(
      cases.filter(
        ({ batch, expect: { action } }) => batch?.["id"] !== undefined && (action ?? "") in progressOfAction,
      ),
    ),
  )("state of %s", (_, each) => {
    const told = batchesOf(each).map((batch) => {
      const progress = vendors[each.provider].progress(batch);
      return progress?.kind === "failed" ? `failed ${progress.trouble}` : progress?.kind;
    });

    const allowed = progressOfAction[each.expect.action ?? ""] ?? [];
    expect(told.filter((kind) => kind === undefined || !allowed.includes(kind))).toEqual([]);
  });

  test.each(
    named(cases.filter(({ batch, expect: { items } }) => batch !== undefined && items !== undefined)),
  )("items of %s", async (_, each) => {
    const vendor = vendors[each.provider];
    const results = await resultsOf(each, vendor);
    const progress = vendor.progress(each.batch);

    const items = Object.keys(each.expect.items ?? {}).map((id) => {
      const own = results.filter(({ customId }) => customId === id);
      const best = own.find(({ outcome }) => outcome.kind === "answered") ?? own[0];
      return [id, best === undefined ? itemWithoutLine(progress) : itemOf(best)] as const;
    });

    expect(Object.fromEntries(items)).toEqual(each.expect.items);
  });

  test.each(
    named(cases.filter(({ expect: { billed }, batch }) => billed !== undefined && batch !== undefined)),
  )("what is paid for in %s", async (_, each) => {
    const vendor = vendors[each.provider];
    const results = await resultsOf(each, vendor);
    const answered = results
      .filter(({ outcome }) => outcome.kind === "answered")
      .map(({ customId }) => customId);

    const paid = vendor.progress(each.batch)?.kind === "archived" ? each.items_in : [...new Set(answered)];
    expect(paid.toSorted()).toEqual(each.expect.billed?.toSorted());
  });

  test.each(
    named(
      cases.filter(
        ({ expect: { usage_total_input: input, usage_total_output: output } }) =>
          input !== undefined || output !== undefined,
      ),
    ),
  )("tokens of %s", async (_, each) => {
    const results = await resultsOf(each, vendors[each.provider]);

    const { usage_total_input: input, usage_total_output: output } = each.expect;
    const usages = results.map(({ outcome }) => (outcome.kind === "answered" ? outcome.reply.usage : null));
    expect(usages.filter((usage) => input !== undefined && usage?.inputTokens !== input)).toEqual([]);
    expect(usages.filter((usage) => output !== undefined && usage?.outputTokens !== output)).toEqual([]);
  });

  test.each(named(cases.filter(({ steps }) => steps !== undefined)))("steps of %s", (_, each) => {
    const answers = (each.steps ?? []).map(answerOf);
    const last = answers.at(-1);
    const first = answers[0];
    const allowed = kindsOfAction[each.expect.action ?? ""];

    expect(parseChatReply(last?.body)?.finish).toBe("stop");
    expect(allowed).toContain(first && vendors[each.provider].classify(first).kind);
    const next = nextDialect(
      { format: "json_schema", maxTokensField: "max_tokens" },
      parseOpenAiError(first?.body),
      [],
    );
    if (each.expect.action === "downgrade_format") expect(next).toMatchObject({ format: "json_object" });
  });

  test.each(
    named(
      cases.filter(
        ({ provider, batch }) =>
          provider === "gemini" && batch !== undefined && Object.keys(batch).length === 0,
      ),
    ),
  )("empty list of %s", (_, each) => {
    expect(parseOperationList(each.batch)).toEqual({ operations: [], nextPageToken: null });
  });
});
