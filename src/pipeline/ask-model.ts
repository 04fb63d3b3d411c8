import { renderUsd } from "../domain/budget.ts";
import { mostOf, plainTokens, type Price } from "../domain/price.ts";
import { AasError } from "../domain/errors.ts";
import type { Run } from "../domain/run.ts";
import { settleUsage } from "../domain/usage.ts";
import type { Database } from "../ports/database.ts";
import type { Reservation } from "../ports/usage-ledger.ts";
import { makeEvent, type RecordingDeps } from "./recording/make-event.ts";
import { tokensOf } from "./prompt-size.ts";
import type { Model, ModelReply, ModelRequest } from "../ports/model.ts";

export interface AskModelDeps extends RecordingDeps {
  readonly model: Model;
}

export type ModelAnswer =
  | { readonly kind: "answered"; readonly reply: ModelReply }
  | { readonly kind: "over_budget"; readonly missingMicroUsd: number };

/**
 * Asks a model once per key: the most it can cost is held back first, the answer is stored before it is used, and a
 * second call with the same key reads the stored answer.
 */
export async function askModel(
  deps: AskModelDeps,
  run: Run,
  ask: { readonly key: string; readonly request: ModelRequest },
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const stored = await deps.db.usage.findReply(ask.key);
  if (stored !== null) return { kind: "answered", reply: JSON.parse(stored) as ModelReply };
  const price = knownPrice(deps.model);
  const reserved = reservationFor(ask.request, price);
  const reservation = await reserveFor(deps, run, ask, reserved);
  if (reservation.kind === "over_budget") return reservation;
  const reply = await deps.model.complete(ask.request, signal);
  await deps.db.transaction(async (stores) => {
    await stores.usage.insertReply(ask.key, run.id, JSON.stringify(reply));
    await stores.usage.settle(ask.key, settleUsage(reply.usage, price, reserved));
    return true;
  });
  return { kind: "answered", reply };
}

async function reserveFor(
  deps: AskModelDeps,
  run: Run,
  ask: { readonly key: string; readonly request: ModelRequest },
  microUsd: number,
): Promise<Reservation> {
  const usage = {
    key: ask.key,
    runId: run.id,
    purpose: ask.request.purpose,
    promptVersion: ask.request.promptVersion,
    provider: deps.model.provider,
    model: deps.model.name,
    state: { status: "reserved", microUsd },
    createdAt: deps.clock.now(),
  } as const;
  return reserveUsage(deps, run, usage);
}

/** Holds money back under the run's cap and the day's; the first reservation past the warning is told as an event. */
export async function reserveUsage(
  deps: RecordingDeps,
  run: Run,
  usage: Parameters<Database["usage"]["reserve"]>[0],
): Promise<Reservation> {
  const { policy } = run;
  const budget = { limitMicroUsd: policy.budgetLimitMicroUsd, warnMicroUsd: policy.budgetWarnMicroUsd };
  const reservation = await deps.db.usage.reserve(usage, budget, policy.budgetPerDayMicroUsd);
  if (reservation.kind === "reserved" && reservation.isPastWarning) await tellWarning(deps, run);
  return reservation;
}

async function tellWarning(deps: RecordingDeps, run: Run): Promise<void> {
  const events = await deps.db.events.listOfRun(run.id);
  if (events.some((event) => event.type === "budget.warned")) return;
  const reason = `more than ${renderUsd(run.policy.budgetWarnMicroUsd ?? 0)} is spent or held back`;
  const { projectId, id } = run;
  await deps.db.events.append([
    makeEvent(deps, { projectId, runId: id, type: "budget.warned", subject: id, reason }),
  ]);
}

function knownPrice(model: {
  readonly provider: string;
  readonly name: string;
  readonly price: Price | null;
}): Price {
  if (model.price !== null) return model.price;
  throw new AasError("price_unknown", `The price of ${model.provider} ${model.name} is not known.`, {
    cure: "Set it in aas.config.jsonc under models.prices.",
  });
}

/** The most a call can cost. */
export function reservationFor(request: ModelRequest, price: Price): number {
  const inputTokens = tokensOf(request.system + request.prompt);
  return mostOf(plainTokens(inputTokens, request.maxOutputTokens), price);
}

export function overBudgetMessage(missingMicroUsd: number): string {
  return `The next call could go ${renderUsd(missingMicroUsd)} past the cap.`;
}
