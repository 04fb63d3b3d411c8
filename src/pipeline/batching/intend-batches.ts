import type { Batch, BatchItem } from "../../domain/batch.ts";
import type { OverBudget } from "../../domain/money/budget.ts";
import { chunkRequests } from "../../domain/batching/chunk-requests.ts";
import { makeId } from "../../domain/ids.ts";
import type { Price } from "../../domain/money/price.ts";
import type { Run } from "../../domain/run.ts";
import { rollBack, type Stores } from "../../ports/database.ts";
import type { Reservation } from "../../ports/usage-ledger.ts";
import { priceOfCall } from "../paying/price-of-call.ts";
import { boundOf, type Reserving, type ReservingDeps, reserveUsages } from "../paying/reserve-usage.ts";
import { tokensOf } from "../paying/prompt-size.ts";
import { analysisRequest } from "../prompting/requests.ts";
import { makeEvent } from "../recording/make-event.ts";
import { type BatchDeps, paidBatch } from "./batch-deps.ts";
import { customIdOf, type TaskRequest } from "./read-requests.ts";

/** A request that goes into a batch now. */
export interface DueRequest {
  readonly request: TaskRequest;
  readonly item: BatchItem;
  readonly batchSize: number;
}

/** Only `intended` has written anything. */
export type Intent =
  | { readonly kind: "intended" }
  | { readonly kind: "unwanted" }
  /** Another one has written down a batch with one of them since they were read. */
  | { readonly kind: "outdated" }
  /** These are in no batch, and a call of their own was begun for them. */
  | { readonly kind: "asked_alone"; readonly customIds: readonly string[] }
  /** The first request that does not fit under the cap. */
  | OverBudget;

export function dueRequests(requests: readonly TaskRequest[], now: Date): readonly DueRequest[] {
  return requests.flatMap((request) => {
    const { task, number, step } = request;
    if (step.kind !== "send" || (step.notBefore !== null && step.notBefore > now)) return [];
    const item = { customId: customIdOf(task, number), taskKey: task.key, roomFactor: step.roomFactor };
    return [{ request, item, batchSize: step.batchSize }];
  });
}

/**
 * Holds the money back and writes down which batches are about to be sent, together and before anything is sent: money is
 * never held back for what no batch holds.
 */
export async function intendBatches(deps: BatchDeps, run: Run, due: readonly DueRequest[]): Promise<Intent> {
  if (due.length === 0) return { kind: "intended" };
  const batches = batchesOf(deps, run, due);
  const usages = usagesOf(deps, run, due);
  let intent: Intent = { kind: "intended" };
  await deps.db.transaction(async (stores) => {
    const reservations = await reserveAll({ ...deps, db: stores }, run, usages);
    intent = (await findObstacle(stores, run, usages)) ?? intentOf(reservations, usages);
    if (intent.kind !== "intended") return rollBack;
    await insertBatches(deps, stores, run, batches);
    return true;
  });
  return intent;
}

function intentOf(reservations: readonly Reservation[], usages: readonly Reserving[]): Intent {
  const refused = reservations.find((each) => each.kind === "over_budget");
  if (refused !== undefined) return refused;
  const begun = usages.filter((_, index) => reservations[index]?.kind !== "fresh");
  return begun.length === 0
    ? { kind: "intended" }
    : { kind: "asked_alone", customIds: begun.map(({ key }) => key) };
}

/**
 * A reservation locks the run until the end: from here on nobody else writes down a batch of it, and whoever cancels it
 * finds what is written here.
 */
async function findObstacle(
  { runs, batches }: Pick<Stores, "runs" | "batches">,
  { id }: Run,
  usages: readonly Reserving[],
): Promise<Intent | null> {
  if ((await runs.get(id)).state.status === "canceled") return { kind: "unwanted" };
  const customIds = usages.map(({ key }) => key);
  return (await batches.holdsAny(id, customIds)) ? { kind: "outdated" } : null;
}

function batchesOf(deps: BatchDeps, run: Run, due: readonly DueRequest[]): readonly Batch[] {
  const { limits, provider, host } = deps.batchProvider;
  const maxItems = Math.min(limits.maxItems, run.policy.batchChunkSize);
  const chunks = chunkRequests(due, (each) => sizeOf(deps, run, each), { ...limits, maxItems });
  return chunks.map((chunk) => ({
    id: makeId("bat", deps.ids.next()),
    runId: run.id,
    version: 1,
    provider,
    host,
    state: { status: "intended" },
    items: chunk.map(({ item }) => item),
    createdAt: deps.clock.now(),
  }));
}

/** So many are held back in one go. */
const reservedAtOnce = 1_000;

function usagesOf(deps: BatchDeps, run: Run, due: readonly DueRequest[]): readonly Reserving[] {
  const now = deps.clock.now();
  const price = priceOfCall(deps.prices, paidBatch(deps.batchProvider), now);
  return due.map((each) => toUsage(deps, run, each, { price, now }));
}

async function reserveAll(
  deps: ReservingDeps,
  run: Run,
  usages: readonly Reserving[],
): Promise<readonly Reservation[]> {
  const reservations: Reservation[] = [];
  for (let first = 0; first < usages.length; first += reservedAtOnce) {
    reservations.push(...(await reserveUsages(deps, run, usages.slice(first, first + reservedAtOnce))));
    if (reservations.at(-1)?.kind === "over_budget") break;
  }
  return reservations;
}

function toUsage(
  { batchProvider, prompts }: BatchDeps,
  run: Run,
  { item, request }: DueRequest,
  { price, now }: { readonly price: Price; readonly now: Date },
): Reserving {
  const asked = analysisRequest(prompts, run.goal, request.task, item.roomFactor);
  return {
    key: item.customId,
    runId: run.id,
    purpose: asked.purpose,
    promptVersion: asked.promptVersion,
    provider: batchProvider.provider,
    model: batchProvider.model,
    tier: "batch",
    state: boundOf(asked, price),
    createdAt: now,
  };
}

/** What surrounds a request on the wire: ids, names of fields, the schema. */
const wireBytes = 4_000;

function sizeOf(
  deps: BatchDeps,
  run: Run,
  { request, item, batchSize }: DueRequest,
): { readonly bytes: number; readonly tokens: number; readonly batchSize: number } {
  const asked = analysisRequest(deps.prompts, run.goal, request.task, item.roomFactor);
  const text = asked.system + asked.prompt;
  return { bytes: Buffer.byteLength(JSON.stringify(text)) + wireBytes, tokens: tokensOf(text), batchSize };
}

async function insertBatches(
  deps: BatchDeps,
  stores: Pick<Stores, "batches" | "events">,
  run: Run,
  batches: readonly Batch[],
): Promise<void> {
  for (const each of batches) await stores.batches.insert(each);
  const told = batches.map((each) =>
    makeEvent(deps, {
      projectId: run.projectId,
      runId: run.id,
      type: "batch.intended",
      subject: each.id,
      details: { tasks: each.items.map((item) => item.taskKey) },
    }),
  );
  await stores.events.append(told);
}
