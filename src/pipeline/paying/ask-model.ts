import type { OverBudget } from "../../domain/money/budget.ts";
import { isAasError, messageOf } from "../../domain/errors.ts";
import type { CallTier } from "../../domain/money/price.ts";
import type { Run } from "../../domain/run.ts";
import type { Model, ModelReply, ModelRequest } from "../../ports/model.ts";
import type { PriceTable } from "../../ports/price-table.ts";
import { type PaidModel, priceOfCall, settleReply } from "./price-of-call.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import { boundOf, type Reserving, reserveUsage } from "./reserve-usage.ts";

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
  const stored = await deps.db.usage.findReply(ask.key);
  if (stored !== null) return { kind: "answered", reply: JSON.parse(stored) as ModelReply };
  const tiers = deps.model.tiers ?? ["standard"];
  for (const tier of tiers.slice(0, -1)) {
    const answer = await askWhereIsRoom(deps, run, { ...ask, tier }, signal);
    if (answer !== null) return answer;
  }
  return askAtTier(deps, run, { ...ask, tier: tiers.at(-1) ?? "standard" }, signal);
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
  const over = await reserveCall(deps, run, {
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
  if (over !== null) return over;
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

/** Null when the money is held back. A reservation that stands already was another process's, which died over the call. */
async function reserveCall(deps: AskModelDeps, run: Run, usage: Reserving): Promise<OverBudget | null> {
  const first = await reserveUsage(deps, run, usage);
  if (first.kind === "over_budget") return first;
  if (!first.isRepeated) return null;
  await deps.db.usage.markUndelivered(usage.key, "the process ended before the answer was stored");
  const again = await reserveUsage(deps, run, usage);
  return again.kind === "over_budget" ? again : null;
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
