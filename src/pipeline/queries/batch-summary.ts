import { readAsNow } from "../reading/read-analysis.ts";
import type { Analysis } from "../../domain/analysis.ts";
import { isBatchDelayed } from "../../domain/batching/batch-delay.ts";
import { statusOfUnanswered } from "../../domain/batching/batch-sequel.ts";
import { type Batch, type BatchHead, type BatchItem, isBatchSettled } from "../../domain/batch.ts";
import type { Spending } from "../../domain/money/budget.ts";
import type { RunId, TaskKey } from "../../domain/ids.ts";
import type { OutcomeStatus, RequestOutcome } from "../../domain/batching/request-outcome.ts";
import type { Run } from "../../domain/run.ts";
import { settleAnalyses } from "../../domain/planning/settle-analyses.ts";
import type { Usage } from "../../domain/money/usage.ts";
import type { Stores } from "../../ports/database.ts";
import { lookEveryMs } from "../batching/drive-requests.ts";
import { pagesOfItems } from "../batching/pages-of-items.ts";

/** How one request fared, and what came of it. */
export interface AskedItem {
  readonly taskKey: TaskKey;
  readonly customId: string;
  /** `waiting`: nothing is known of it yet. */
  readonly status: OutcomeStatus | "waiting";
  readonly message: string;
  readonly analysis: Analysis | null;
}

/** Everything that is asked about one batch, computed from the facts at the moment of asking. */
export interface BatchSummary {
  readonly batch: Batch;
  readonly run: Run;
  readonly items: readonly AskedItem[];
  readonly spending: Spending;
  /** Its provider has had it for more than an hour. */
  readonly isDelayed: boolean;
  /** So often it is looked at; null when nobody does: it is settled, or its run stands still. */
  readonly lookEveryMs: number | null;
}

type Reading = Pick<Stores, "runs" | "batches" | "usage">;

export async function summarizeBatches(
  db: Reading,
  batches: readonly Batch[],
  now: Date,
): Promise<readonly BatchSummary[]> {
  const facts = new Map<RunId, RunFacts>();
  for (const runId of new Set(batches.map((batch) => batch.runId)))
    facts.set(runId, await readRunFacts(db, runId));
  return batches.flatMap((batch) => {
    const known = facts.get(batch.runId);
    return known === undefined ? [] : [summarizeBatch(batch, known, now)];
  });
}

interface RunFacts {
  readonly run: Run;
  readonly answers: Answers;
  readonly usages: readonly Usage[];
}

/** By the id of the request. */
interface Answers {
  readonly outcomes: ReadonlyMap<string, RequestOutcome>;
  readonly analyses: ReadonlyMap<string, Analysis>;
}

async function readRunFacts(db: Reading, runId: RunId): Promise<RunFacts> {
  return {
    run: await db.runs.get(runId),
    answers: await readAnswers(db, runId),
    usages: await db.usage.listOfRun(runId),
  };
}

function summarizeBatch(batch: Batch, facts: RunFacts, now: Date): BatchSummary {
  const { run } = facts;
  const isLookedAt = run.state.status === "running" && !isBatchSettled(batch.state);
  return {
    batch,
    run,
    items: itemsOf(batch, batch.items, facts.answers),
    spending: spendingOf(batch, facts.usages),
    isDelayed: isBatchDelayed(batch.state, now),
    lookEveryMs: isLookedAt ? lookEveryMs(run) : null,
  };
}

function spendingOf({ items }: Batch, usages: readonly Usage[]): Spending {
  // A request that was charged twice has further entries: its id, a tilde and more.
  const ids = new Set(items.map(({ customId }) => customId));
  const own = usages.filter(({ key }) => ids.has(key.split("~")[0] ?? key));
  const settled = own.flatMap(({ state }) => (state.status === "settled" ? [state.microUsd] : []));
  // What may have been charged for an answer that never came stays held back.
  const held = own.flatMap(({ state }) =>
    state.status === "reserved" || state.status === "undelivered" ? [state.microUsd] : [],
  );
  return { settledMicroUsd: sum(settled), reservedMicroUsd: sum(held) };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

/** So many answers are held at once. */
const itemsAtOnce = 1_000;

/** In the order in which they were sent, a part at a time. */
export async function* pagesOfBatch(
  { batches }: Pick<Stores, "batches">,
  batch: BatchHead,
): AsyncGenerator<readonly AskedItem[], void> {
  for await (const items of pagesOfItems(batches, batch.id, itemsAtOnce)) {
    const ids = items.map(({ customId }) => customId);
    const outcomes = await batches.listOutcomesOf(batch.runId, ids);
    const analyses = await batches.listAnalysesOf(batch.runId, ids);
    yield itemsOf(batch, items, toAnswers(outcomes, analyses));
  }
}

/** In the order in which they were sent. */
export async function readItemsOfBatch(
  db: Pick<Stores, "batches">,
  batch: BatchHead,
): Promise<readonly AskedItem[]> {
  const all: AskedItem[] = [];
  for await (const items of pagesOfBatch(db, batch)) all.push(...items);
  return all;
}

/** The last request about every task of a run, in batches or alone, in the order of the tasks. */
export async function readItemsOfRun(
  db: Pick<Stores, "tasks" | "batches">,
  runId: RunId,
): Promise<readonly AskedItem[]> {
  const answers = await readAnswers(db, runId);
  const batches = await db.batches.listOfRun(runId);
  const alone = [...answers.outcomes.values()].filter(({ batchId }) => batchId === null);
  const all = [
    ...batches.flatMap((batch) => itemsOf(batch, batch.items, answers)),
    ...alone.map((outcome) => toItem(outcome, outcome, outcome.status, answers)),
  ];
  const tasks = await db.tasks.listOfRun(runId);
  return tasks.flatMap(({ key }) => {
    const last = all
      .filter(({ taskKey }) => taskKey === key)
      .toSorted(byNumber)
      .at(-1);
    return last === undefined ? [] : withEarlier(last, answers);
  });
}

/** An answer as it counts beside those that came before it about the same task. */
function withEarlier(last: AskedItem, { analyses }: Answers): AskedItem {
  const settled = settleAnalyses([...analyses.values()].filter(({ taskKey }) => taskKey === last.taskKey));
  return settled?.customId === last.customId ? { ...last, analysis: settled } : last;
}

/** Our request ids end with the round of the task and the number of the request. */
function byNumber(first: AskedItem, second: AskedItem): number {
  return first.customId.localeCompare(second.customId, "en", { numeric: true });
}

async function readAnswers({ batches }: Pick<Stores, "batches">, runId: RunId): Promise<Answers> {
  return toAnswers(await batches.listOutcomes(runId), await batches.listAnalyses(runId));
}

function toAnswers(outcomes: readonly RequestOutcome[], analyses: readonly Analysis[]): Answers {
  return {
    outcomes: new Map(outcomes.map((outcome) => [outcome.customId, outcome])),
    analyses: new Map(analyses.map((analysis) => [analysis.customId, readAsNow(analysis)])),
  };
}

function itemsOf(batch: BatchHead, items: readonly BatchItem[], answers: Answers): readonly AskedItem[] {
  return items.map((item) => {
    const outcome = answers.outcomes.get(item.customId);
    return toItem(item, outcome, outcome?.status ?? statusWithoutWord(batch), answers);
  });
}

function toItem(
  { taskKey, customId }: Pick<AskedItem, "taskKey" | "customId">,
  outcome: RequestOutcome | undefined,
  status: AskedItem["status"],
  { analyses }: Answers,
): AskedItem {
  const analysis = analyses.get(customId) ?? null;
  return { taskKey, customId, status, message: outcome?.message ?? "", analysis };
}

function statusWithoutWord({ state }: BatchHead): AskedItem["status"] {
  if (!isBatchSettled(state)) return "waiting";
  return statusOfUnanswered(state.status, state.status === "failed" ? state.trouble : null);
}
