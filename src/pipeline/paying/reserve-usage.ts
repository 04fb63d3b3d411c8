import { type Budgets, type ProjectCaps, renderUsd } from "../../domain/money/budget.ts";
import {
  mostOf,
  plainTokens,
  type Price,
  type PriceTier,
  type TokenUsage,
} from "../../domain/money/price.ts";
import type { Run } from "../../domain/run.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";
import type { ReservedState, Usage } from "../../domain/money/usage.ts";
import type { ModelRequest } from "../../ports/model.ts";
import type { PassedWarning, Reservation, ReservedUsage } from "../../ports/usage-ledger.ts";
import { readProjectCaps } from "./project-caps.ts";
import { tokensOf } from "./prompt-size.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

/** A call as its caller knows it: an ordinary one unless its tier is named. */
export interface Reserving extends Omit<Usage, "state" | "tier"> {
  readonly tier?: PriceTier;
  readonly state: Omit<ReservedState, "tokens"> & Partial<Pick<ReservedState, "tokens">>;
}

/** In a transaction of the caller's, or each on its own. */
export interface ReservingDeps extends Omit<RecordingDeps, "db"> {
  readonly db: Pick<RecordingDeps["db"], "projects" | "usage" | "events">;
}

/** Holds money back under every cap; the first reservation past a warning is told as an event. */
export async function reserveUsage(deps: ReservingDeps, run: Run, asked: Reserving): Promise<Reservation> {
  const budgets = await budgetsOf(deps, run);
  const reservation = await deps.db.usage.reserve(toReserved(asked), budgets);
  await tellWarnings(deps, run, warningsIn([reservation]), budgets);
  return reservation;
}

/** Many calls that are made at one time; those before the first that does not fit are held back. One answer each. */
export async function reserveUsages(
  deps: ReservingDeps,
  run: Run,
  asked: readonly Reserving[],
): Promise<readonly Reservation[]> {
  const budgets = await budgetsOf(deps, run);
  const reservations = await deps.db.usage.reserveAll(asked.map(toReserved), budgets);
  await tellWarnings(deps, run, warningsIn(reservations), budgets);
  return reservations;
}

function toReserved(asked: Reserving): ReservedUsage {
  return { tier: "standard", ...asked, state: { tokens: 0, ...asked.state } };
}

function warningsIn(reservations: readonly Reservation[]): readonly PassedWarning[] {
  return reservations.flatMap((each) => ("warnings" in each ? each.warnings : []));
}

async function budgetsOf(deps: ReservingDeps, run: Run): Promise<Budgets> {
  return toBudgets(run.policy, await readProjectCaps(deps.db, run));
}

function toBudgets(policy: RunPolicy, caps: ProjectCaps): Budgets {
  return {
    purses: {
      run: { limitMicroUsd: policy.budgetLimitMicroUsd, warnMicroUsd: policy.budgetWarnMicroUsd },
      ...caps,
    },
    runTokens: policy.budgetPerRunTokens,
  };
}

/** A crash between the reservation and its event is mended by who reserves again: what is told already is not told twice. */
async function tellWarnings(
  deps: ReservingDeps,
  run: Run,
  warnings: readonly PassedWarning[],
  budgets: Budgets,
): Promise<void> {
  if (warnings.length === 0) return;
  const { projectId, id } = run;
  const told = (await deps.db.events.listOfRun(id)).filter(({ type }) => type === "budget.warned");
  const fresh = warnings.filter(({ purse }) => told.every(({ details }) => details["purse"] !== purse));
  await deps.db.events.append(
    fresh.map(({ purse, totalMicroUsd }) => {
      const { warnMicroUsd, limitMicroUsd } = budgets.purses[purse];
      const details = { purse, totalMicroUsd, warnMicroUsd, limitMicroUsd };
      const reason = `more than ${renderUsd(warnMicroUsd ?? 0)} of the ${purse}'s money is spent or held back`;
      return makeEvent(deps, { projectId, runId: id, type: "budget.warned", subject: id, reason, details });
    }),
  );
}

/** The most that a request can take, in money and in tokens. */
export function boundOf(request: ModelRequest, price: Price): ReservedState {
  const tokens = mostTokens(request);
  return {
    status: "reserved",
    microUsd: mostOf(tokens, price),
    tokens: tokens.inputTokens + tokens.outputTokens,
  };
}

/** The most a call can cost. */
export function reservationFor(request: ModelRequest, price: Price): number {
  return boundOf(request, price).microUsd;
}

function mostTokens({ system, prompt, schema, maxOutputTokens }: ModelRequest): TokenUsage {
  const text = system + prompt + (schema === null ? "" : JSON.stringify(schema));
  return plainTokens(tokensOf(text), maxOutputTokens);
}
