import { describe, expect, test } from "vitest";
import type { BatchProgress, BatchResult } from "../../ports/batch-provider.ts";
import { parseOperationList } from "./gemini/batch-operation.ts";
import { parseChatReply } from "./openai/chat-reply.ts";
import { nextDialect } from "./openai/dialect.ts";
import { parseOpenAiError } from "./openai/openai-error.ts";
import { answerOf, answersOf, batchesOf, cases, corpora, named } from "./fault-case.fixture.ts";
import { resultsOf, vendors } from "./fault-vendors.fixture.ts";

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

/** What became of an item that no line tells of. */
function itemWithoutLine(progress: BatchProgress | null): string {
  if (progress?.kind === "expired") return "expired";
  if (progress?.kind === "canceled") return "cancelled";
  if (progress?.kind !== "failed") return "missing";
  return progress.trouble === "invalid" ? "invalid_request" : "not_run";
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
