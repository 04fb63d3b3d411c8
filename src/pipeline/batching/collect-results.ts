import type { Analysis } from "../../domain/analysis.ts";
import type { BatchHead } from "../../domain/batch.ts";
import {
  type OutcomeStatus,
  type RequestOutcome,
  statusOfAnswer,
} from "../../domain/batching/request-outcome.ts";
import type { Run } from "../../domain/run.ts";
import { furtherKey, microUsdOf, type SettledState, type Usage } from "../../domain/money/usage.ts";
import type { BatchResult } from "../../ports/batch-provider.ts";
import type { ModelReply } from "../../ports/model.ts";
import type { ChargedUsage } from "../../ports/usage-ledger.ts";
import { settleReply } from "../paying/price-of-call.ts";
import { readAnalysis } from "../reading/read-analysis.ts";
import { makeEvent } from "../recording/make-event.ts";
import { type BatchDeps, paidBatch } from "./batch-deps.ts";
import { type BatchFate, type BatchFates, readFates } from "./batch-fates.ts";
import { rememberPrices } from "./remember-prices.ts";

/** So many results are kept in one transaction: memory stays small, and a crash repeats little. */
const keptAtOnce = 100;

/**
 * Keeps every answer once, with its cost, as it comes. Answers how each request fared: an answer counts more than an
 * error for the same request, whichever came first.
 */
export async function collectResults(
  given: BatchDeps,
  run: Run,
  batch: BatchHead,
  providerRef: string,
): Promise<BatchFates> {
  const deps = { ...given, prices: rememberPrices(given.prices) };
  const fates = await readFates(deps.db, batch);
  let group: ReadResult[] = [];
  for await (const result of deps.batchProvider.results(providerRef)) {
    const known = fates.get(result.customId);
    if (known === undefined) continue;
    const read = readResult(result, known);
    fates.set(result.customId, read.fate);
    if (!read.isNews && !isBilledAgain(read)) continue;
    group.push(read);
    if (group.length < keptAtOnce) continue;
    await keep(deps, run, batch, group);
    group = [];
  }
  if (group.length > 0) await keep(deps, run, batch, group);
  return fates;
}

/** The first word about a request counts, and only an answer counts more than it. */
function tellsMore(status: OutcomeStatus, known: OutcomeStatus | null): boolean {
  return known === null || (known !== "ok" && status === "ok");
}

interface ReadResult {
  readonly result: BatchResult;
  /** Of its request, with this result. */
  readonly fate: BatchFate;
  readonly status: OutcomeStatus;
  readonly parsed: Analysis["parsed"];
  /** False: what is known of its request already counts no less, and only the bill is new. */
  readonly isNews: boolean;
}

function isBilledAgain({ result, fate }: ReadResult): boolean {
  return result.outcome.kind === "answered" && fate.answers > 1;
}

function readResult(result: BatchResult, known: BatchFate): ReadResult {
  const { status, parsed } = readOutcome(result);
  const isNews = tellsMore(status, known.status);
  const fate = {
    ...known,
    status: isNews ? status : known.status,
    answers: known.answers + (result.outcome.kind === "answered" ? 1 : 0),
  };
  return { result, fate, status, parsed, isNews };
}

function readOutcome({ outcome }: BatchResult): Pick<ReadResult, "status" | "parsed"> {
  if (outcome.kind === "failed") return { status: outcome.failure, parsed: null };
  const { text, finish } = outcome.reply;
  const parsed = readAnalysis(text, finish);
  return { status: statusOfAnswer(finish, parsed.reading.rung !== "unreadable"), parsed };
}

async function keep(
  deps: BatchDeps,
  run: Run,
  batch: BatchHead,
  group: readonly ReadResult[],
): Promise<void> {
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
        details: { customIds: news.map(({ result }) => result.customId), statuses: countOf(news) },
      }),
    ]);
    return true;
  });
}

function toOutcome(deps: BatchDeps, run: Run, batch: BatchHead, read: ReadResult): RequestOutcome {
  const { result, fate, status } = read;
  return {
    runId: run.id,
    customId: result.customId,
    taskKey: fate.taskKey,
    batchId: batch.id,
    status,
    message: result.outcome.kind === "failed" ? result.outcome.message : "",
    createdAt: deps.clock.now(),
  };
}

/** The raw text of every answer is kept, whatever could be read of it. */
function toAnalysis(deps: BatchDeps, run: Run, { result, fate, parsed }: ReadResult): readonly Analysis[] {
  const { customId, outcome } = result;
  if (outcome.kind === "failed") return [];
  const { taskKey } = fate;
  const raw = outcome.reply.text;
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
  const usages = await deps.db.usage.listOf([...new Set(group.map(({ result }) => result.customId))]);
  const reserved = new Map(usages.map((usage) => [usage.key, usage]));
  const first = new Map<string, SettledState>();
  const further: ChargedUsage[] = [];
  for (const { result, fate } of group) {
    const usage = reserved.get(result.customId);
    if (usage === undefined || result.outcome.kind === "failed") continue;
    const state = chargeOf(deps, result.outcome.reply, usage);
    if (fate.answers === 1) first.set(usage.key, state);
    else further.push({ ...usage, key: furtherKey(usage.key, fate.answers), state });
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
