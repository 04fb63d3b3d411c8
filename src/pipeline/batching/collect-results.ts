import type { Analysis } from "../../domain/analysis.ts";
import type { Batch, BatchItem } from "../../domain/batch.ts";
import { type OutcomeStatus, type RequestOutcome, statusOfAnswer } from "../../domain/request-outcome.ts";
import type { Run } from "../../domain/run.ts";
import { settleUsage, type Usage, type UsageState } from "../../domain/usage.ts";
import type { BatchResult } from "../../ports/batch-provider.ts";
import { readAnalysis } from "../reading/read-analysis.ts";
import { makeEvent } from "../recording/make-event.ts";
import type { BatchDeps } from "./batch-deps.ts";

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
  const statuses = new Map<string, OutcomeStatus>();
  let group: ReadResult[] = [];
  for await (const result of deps.batchProvider.results(providerRef)) {
    const item = items.get(result.customId);
    if (item === undefined) continue;
    const read = readResult(item, result);
    if (statuses.get(item.customId) !== "ok") statuses.set(item.customId, read.status);
    group.push(read);
    if (group.length < keptAtOnce) continue;
    await keep(deps, run, batch, group);
    group = [];
  }
  if (group.length > 0) await keep(deps, run, batch, group);
  return statuses;
}

interface ReadResult {
  readonly item: BatchItem;
  readonly result: BatchResult;
  readonly status: OutcomeStatus;
  readonly parsed: Analysis["parsed"];
}

function readResult(item: BatchItem, result: BatchResult): ReadResult {
  const { outcome } = result;
  if (outcome.kind === "failed") return { item, result, status: outcome.failure, parsed: null };
  const { text, finish } = outcome.reply;
  const parsed = readAnalysis(text, finish);
  return { item, result, status: statusOfAnswer(finish, parsed.reading.rung !== "unreadable"), parsed };
}

async function keep(deps: BatchDeps, run: Run, batch: Batch, group: readonly ReadResult[]): Promise<void> {
  const reserved = await reservationsOf(deps, run, group);
  await deps.db.transaction(async (stores) => {
    await stores.batches.insertOutcomes(group.map((each) => toOutcome(deps, run, batch, each)));
    await stores.batches.insertAnalyses(group.flatMap((each) => toAnalysis(deps, run, each)));
    for (const each of group) {
      const usage = reserved.get(each.item.customId);
      const settlement = usage === undefined ? null : settlementOf(deps, each, usage);
      if (settlement !== null) await stores.usage.settle(each.item.customId, settlement);
    }
    await stores.events.append([
      makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "batch.collected",
        subject: batch.id,
        details: { customIds: group.map(({ item }) => item.customId), statuses: countOf(group) },
      }),
    ]);
    return true;
  });
}

async function reservationsOf(
  deps: BatchDeps,
  run: Run,
  group: readonly ReadResult[],
): Promise<ReadonlyMap<string, Usage>> {
  const wanted = new Set(group.map(({ item }) => item.customId));
  const usages = await deps.db.usage.listOfRun(run.id);
  return new Map(usages.filter(({ key }) => wanted.has(key)).map((usage) => [usage.key, usage]));
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

/** A failed line costs nothing; but an answer to the same request may be in the other file, so it is not let go here. */
function settlementOf(
  { batchProvider: { price } }: BatchDeps,
  { result: { outcome } }: ReadResult,
  { state }: Usage,
): Exclude<UsageState, { status: "reserved" }> | null {
  if (outcome.kind === "failed" || state.status !== "reserved") return null;
  return settleUsage(outcome.reply.usage, price, state.microUsd);
}

function countOf(group: readonly ReadResult[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of group) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
