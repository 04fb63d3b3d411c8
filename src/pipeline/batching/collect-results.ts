import type { Analysis } from "../../domain/analysis.ts";
import type { Batch, BatchItem } from "../../domain/batch.ts";
import { type OutcomeStatus, type RequestOutcome, statusOfAnswer } from "../../domain/request-outcome.ts";
import type { Run } from "../../domain/run.ts";
import { furtherKey, microUsdOf, type SettledState, type Usage } from "../../domain/usage.ts";
import type { BatchResult } from "../../ports/batch-provider.ts";
import type { ModelReply } from "../../ports/model.ts";
import type { ChargedUsage } from "../../ports/usage-ledger.ts";
import { settleReply } from "../price-of-call.ts";
import { readAnalysis } from "../reading/read-analysis.ts";
import { makeEvent } from "../recording/make-event.ts";
import { type BatchDeps, paidBatch } from "./batch-deps.ts";

/** So many results are kept in one transaction: memory stays small, and a crash repeats little. */
const keptAtOnce = 500;

/**
 * Keeps every answer once, with its cost, as it comes. Answers how each request fared that the provider said a word
 * about: an answer counts more than an error for the same request, whichever came first.
 */
export async function collectResults(
  deps: BatchDeps,
  run: Run,
  batch: Batch,
  providerRef: string,
): Promise<ReadonlyMap<string, OutcomeStatus>> {
  const items = new Map(batch.items.map((item) => [item.customId, item]));
  const statuses = await keptEarlier(deps, run, batch);
  const copies = new Map<string, number>();
  let group: ReadResult[] = [];
  for await (const result of deps.batchProvider.results(providerRef)) {
    const item = items.get(result.customId);
    if (item === undefined) continue;
    const copy = (copies.get(item.customId) ?? 0) + (result.outcome.kind === "answered" ? 1 : 0);
    copies.set(item.customId, copy);
    const read = readResult(item, result);
    const isNews = tellsMore(read.status, statuses.get(item.customId));
    if (!isNews && copy < 2) continue;
    if (isNews) statuses.set(item.customId, read.status);
    group.push({ ...read, copy, isNews });
    if (group.length < keptAtOnce) continue;
    await keep(deps, run, batch, group);
    group = [];
  }
  if (group.length > 0) await keep(deps, run, batch, group);
  return statuses;
}

/** What a process kept of this batch that died before it was through. */
async function keptEarlier(deps: BatchDeps, run: Run, batch: Batch): Promise<Map<string, OutcomeStatus>> {
  const outcomes = await deps.db.batches.listOutcomes(run.id);
  const own = outcomes.filter(({ batchId }) => batchId === batch.id);
  return new Map(own.map(({ customId, status }) => [customId, status]));
}

/** The first word about a request counts, and only an answer counts more than it. */
function tellsMore(status: OutcomeStatus, known: OutcomeStatus | undefined): boolean {
  return known === undefined || (known !== "ok" && status === "ok");
}

interface ReadResult {
  readonly item: BatchItem;
  readonly result: BatchResult;
  readonly status: OutcomeStatus;
  readonly parsed: Analysis["parsed"];
  /** Which answer to its request it is: a provider that answers a line twice bills it twice. */
  readonly copy: number;
  /** False: what is known of its request already counts no less, and only the bill is new. */
  readonly isNews: boolean;
}

function readResult(item: BatchItem, result: BatchResult): Omit<ReadResult, "copy" | "isNews"> {
  const { outcome } = result;
  if (outcome.kind === "failed") return { item, result, status: outcome.failure, parsed: null };
  const { text, finish } = outcome.reply;
  const parsed = readAnalysis(text, finish);
  return { item, result, status: statusOfAnswer(finish, parsed.reading.rung !== "unreadable"), parsed };
}

async function keep(deps: BatchDeps, run: Run, batch: Batch, group: readonly ReadResult[]): Promise<void> {
  const charges = await chargesOf(deps, group);
  const news = group.filter(({ isNews }) => isNews);
  await deps.db.transaction(async (stores) => {
    await stores.batches.insertOutcomes(news.map((each) => toOutcome(deps, run, batch, each)));
    await stores.batches.insertAnalyses(news.flatMap((each) => toAnalysis(deps, run, each)));
    await stores.usage.settleAll(charges.first);
    for (const charge of charges.further) await stores.usage.insertCharge(charge);
    await stores.events.append([
      makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "batch.collected",
        subject: batch.id,
        details: { customIds: news.map(({ item }) => item.customId), statuses: countOf(news) },
      }),
    ]);
    return true;
  });
}

function toOutcome(deps: BatchDeps, run: Run, batch: Batch, read: ReadResult): RequestOutcome {
  const { item, result, status } = read;
  return {
    runId: run.id,
    customId: item.customId,
    taskKey: item.taskKey,
    batchId: batch.id,
    status,
    message: result.outcome.kind === "failed" ? result.outcome.message : "",
    createdAt: deps.clock.now(),
  };
}

/** The raw text of every answer is kept, whatever could be read of it. */
function toAnalysis(deps: BatchDeps, run: Run, { item, result, parsed }: ReadResult): readonly Analysis[] {
  if (result.outcome.kind === "failed") return [];
  const { customId, taskKey } = item;
  const raw = result.outcome.reply.text;
  return [{ runId: run.id, taskKey, customId, raw, parsed, createdAt: deps.clock.now() }];
}

interface Charges {
  /** Of the reservations themselves, by key. */
  readonly first: ReadonlyMap<string, SettledState>;
  /** Of answers that came once more. */
  readonly further: readonly ChargedUsage[];
}

/** A failed line costs nothing; but an answer to the same request may be in the other file, so it is not let go here. */
async function chargesOf(deps: BatchDeps, group: readonly ReadResult[]): Promise<Charges> {
  const usages = await deps.db.usage.listOf([...new Set(group.map(({ item }) => item.customId))]);
  const reserved = new Map(usages.map((usage) => [usage.key, usage]));
  const first = new Map<string, SettledState>();
  const further: ChargedUsage[] = [];
  for (const { item, result, copy } of group) {
    const usage = reserved.get(item.customId);
    if (usage === undefined || result.outcome.kind === "failed") continue;
    const state = chargeOf(deps, result.outcome.reply, usage);
    if (copy === 1) first.set(usage.key, state);
    else further.push({ ...usage, key: furtherKey(usage.key, copy), state });
  }
  return { first, further };
}

function chargeOf(deps: BatchDeps, reply: ModelReply, usage: Usage): SettledState {
  const held = { microUsd: microUsdOf(usage.state), at: usage.createdAt };
  return settleReply(deps.prices, paidBatch(deps.batchProvider), reply, held);
}

function countOf(group: readonly ReadResult[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of group) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
