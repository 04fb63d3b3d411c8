import type { OverBudget } from "../../domain/money/budget.ts";
import { AasError, isAasError, messageOf } from "../../domain/errors.ts";
import type { CallTier } from "../../domain/money/price.ts";
import type { Run } from "../../domain/run.ts";
import type { Model, ModelReply, ModelRequest } from "../../ports/model.ts";
import type { PriceTable } from "../../ports/price-table.ts";
import { type PaidModel, priceOfCall, settleReply } from "./price-of-call.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import { boundOf, type Reserving, reserveUsage } from "./reserve-usage.ts";
import type { Reservation } from "../../ports/usage-ledger.ts";

export interface AskModelDeps extends RecordingDeps {
  readonly model: Model;
  readonly prices: PriceTable;
}

export type ModelAnswer = { readonly kind: "answered"; readonly reply: ModelReply } | OverBudget;

export interface ModelQuestion {
  readonly key: string;
  readonly request: ModelRequest;
}

/**
 * Asks a model once per key: the most it can cost is held back first, the answer is stored before it is used, and a
 * second call with the same key reads the stored answer.
 */
export async function askModel(
  deps: AskModelDeps,
  run: Run,
  ask: ModelQuestion,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const stored = await findAnswer(deps, ask.key);
  if (stored !== null) return { kind: "answered", reply: stored };
  const tiers = deps.model.tiers ?? ["standard"];
  for (const tier of tiers.slice(0, -1)) {
    const answer = await askWhereIsRoom(deps, run, { ...ask, tier }, signal);
    if (answer !== null) return answer;
  }
  return askAtTier(deps, run, { ...ask, tier: tiers.at(-1) ?? "standard" }, signal);
}

/** The stored answer to a call; null: it was not answered, or its answer was not stored. */
export async function findAnswer({ db }: Pick<AskModelDeps, "db">, key: string): Promise<ModelReply | null> {
  const stored = await db.usage.findReply(key);
  return stored === null ? null : (JSON.parse(stored) as ModelReply);
}

type TieredQuestion = ModelQuestion & { readonly tier: CallTier };

/** Null: there was no room at this price, and nothing is owed for having asked. */
async function askWhereIsRoom(
  deps: AskModelDeps,
  run: Run,
  ask: TieredQuestion,
  signal: AbortSignal,
): Promise<ModelAnswer | null> {
  try {
    return await askAtTier(deps, run, ask, signal);
  } catch (error) {
    if (isAasError(error, "provider_full")) return null;
    throw error;
  }
}

async function askAtTier(
  deps: AskModelDeps,
  run: Run,
  ask: TieredQuestion,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const { provider, name, price } = deps.model;
  const paid: PaidModel = { provider, name, price, tier: ask.tier };
  const at = deps.clock.now();
  // A provider may work on it at its ordinary price all the same: so much is held back.
  const bound = boundOf(ask.request, priceOfCall(deps.prices, { ...paid, tier: "standard" }, at));
  const { purpose, promptVersion } = ask.request;
  const reserved = await reserveCall(deps, run, {
    key: ask.key,
    runId: run.id,
    purpose,
    promptVersion,
    provider,
    model: name,
    tier: ask.tier,
    state: bound,
    createdAt: at,
  });
  if (reserved.kind === "over_budget") return reserved;
  if (reserved.kind === "settled") return readAnswer(deps, ask.key);
  const reply = await complete(deps, ask, signal);
  const charged = { ...paid, tier: reply.tier ?? ask.tier };
  const settlement = settleReply(deps.prices, charged, reply, { microUsd: bound.microUsd, at });
  await deps.db.transaction(async (stores) => {
    await stores.usage.insertReply(ask.key, run.id, JSON.stringify(reply));
    await stores.usage.settle(ask.key, settlement);
    return true;
  });
  return { kind: "answered", reply };
}

export const diedOverCall = "the process ended before the answer was stored";

const maxReservations = 5;

/** A reservation that stands already was another process's, which died over the call, or answers it before we look again. */
async function reserveCall(
  deps: AskModelDeps,
  run: Run,
  usage: Reserving,
): Promise<Exclude<Reservation, { readonly kind: "held" }>> {
  for (let tries = 0; tries < maxReservations; tries += 1) {
    const reservation = await reserveUsage(deps, run, usage);
    if (reservation.kind !== "held") return reservation;
    await deps.db.usage.markUndelivered(usage.key, diedOverCall);
  }
  throw new AasError("conflict", `Others ask ${usage.key} at the same time.`, { retryable: true });
}

/** Somebody else has paid for it since we looked. */
async function readAnswer(deps: AskModelDeps, key: string): Promise<ModelAnswer> {
  const reply = await findAnswer(deps, key);
  if (reply === null) throw new AasError("internal", `${key} is paid for, and its answer is not stored.`);
  return { kind: "answered", reply };
}

/** Without an answer, money comes back only when it is certain that nothing was done for it. */
async function complete(deps: AskModelDeps, ask: TieredQuestion, signal: AbortSignal): Promise<ModelReply> {
  try {
    return await deps.model.complete(ask.request, signal, ask.tier);
  } catch (error) {
    if (isAasError(error) && error.hadNoEffect) await deps.db.usage.settle(ask.key, { status: "released" });
    else await deps.db.usage.markUndelivered(ask.key, messageOf(error));
    throw error;
  }
}
