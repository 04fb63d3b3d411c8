import { type BatchHead, isBatchSettled } from "../../domain/batch.ts";
import { explainOverBudget } from "../../domain/money/budget.ts";
import type { RunId } from "../../domain/ids.ts";
import type { MoneyQuestion } from "../../domain/money/money-question.ts";
import type { Run } from "../../domain/run.ts";
import { spreadMs } from "../../domain/calling/spread.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";
import { findElsewhere, isHere } from "./batches-elsewhere.ts";
import { advanceBatch } from "./advance-batch.ts";
import { getBatchHead } from "./change-batch.ts";
import { goWithoutBatches } from "./go-without-batches.ts";
import { askAlone } from "./ask-alone.ts";
import type { AskingDeps, BatchDeps } from "./batch-deps.ts";
import { intendDue } from "./intend-due.ts";
import { lookAtBatch } from "./look-at-batch.ts";
import { readRequests, type TaskRequest } from "./read-requests.ts";

/** What stands in the way: a person has to see to it. */
type Pause = Extract<StageOutcome, { readonly kind: "paused" }>;

export interface Sent {
  readonly kind: "sent";
  /** The time of the newest submit of which nobody knows yet whether it arrived; null: there is none. */
  readonly unknownSince: Date | null;
}

/** Sends everything that is due, into batches. Answers whether some of it hangs in the air, or why it stopped. */
export async function sendDue(deps: AskingDeps, run: Run, signal: AbortSignal): Promise<Pause | Sent> {
  const { batchProvider } = deps;
  const elsewhere = await findElsewhere(deps, run.id);
  if (elsewhere !== null) return { kind: "paused", reason: "provider", message: elsewhere };
  if (batchProvider === null) return { kind: "sent", unknownSince: null };
  const batchDeps = { ...deps, batchProvider };
  const refused = await intendDue(batchDeps, run);
  if (refused !== null) return forMoney(refused.cap, explainOverBudget(refused));
  return sendIntended(batchDeps, run, signal);
}

async function sendIntended(deps: BatchDeps, run: Run, signal: AbortSignal): Promise<Pause | Sent> {
  let unknownSince: Date | null = null;
  for (const batch of await deps.db.batches.listHeadsOfRun(run.id)) {
    if (!(await isStillUnsent(deps, batch))) continue;
    const sent = await advanceBatch(deps, run, batch.id, signal);
    if (sent.kind === "unknown") unknownSince = newer(unknownSince, sent.since);
    if (sent.kind === "ambiguous") return forPerson(batch.id, sent.refs);
    if (sent.kind === "refused" && sent.state.trouble === "unpaid")
      return forMoney("bill", `${deps.batchProvider.provider} wants to be paid: ${sent.state.reason}`);
    if (sent.kind === "refused" && sent.state.trouble === "no_batches")
      await goWithoutBatches(deps, run, sent.state.reason);
  }
  return { kind: "sent", unknownSince };
}

function newer(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other;
}

/** Looked up each time: what became of one batch may have settled the others. */
async function isStillUnsent(deps: BatchDeps, { id }: BatchHead): Promise<boolean> {
  const { state } = await getBatchHead(deps, id);
  return !isBatchSettled(state) && state.status !== "submitted";
}

function forMoney(question: MoneyQuestion, message: string): Pause {
  return { kind: "paused", reason: "money", question, message };
}

function forPerson(id: string, refs: readonly string[]): Pause {
  const message = `More than one batch at the provider may be ${id}: ${refs.join(", ")}. Cancel those that are not wanted there, and resume when they have ended.`;
  return { kind: "paused", reason: "provider", message };
}

export type Driven =
  | Pause
  | { readonly kind: "settled"; readonly requests: readonly TaskRequest[] }
  | { readonly kind: "waiting"; readonly lookAgainMs: number };

/** Certainty about a lost submit comes with time, and not only with the next look at a batch: soon at first. */
const reconcileMs = 15_000;
const reconcileShare = 0.25;

/** One look at everything that was asked: results are kept, and what brought none is asked for in another way. */
export async function driveRequests(deps: AskingDeps, runId: RunId, signal: AbortSignal): Promise<Driven> {
  const run = await deps.db.runs.get(runId);
  const unpaid = await lookAtBatches(deps, run);
  if (unpaid !== null) return unpaid;
  const sent = await sendDue(deps, run, signal);
  if (sent.kind === "paused") return sent;
  const pause = await askRest(deps, run, signal);
  if (pause !== null) return pause;
  const requests = await readRequests(deps, run);
  if (requests.every(({ step }) => step.kind === "answered" || step.kind === "given_up"))
    return { kind: "settled", requests };
  return { kind: "waiting", lookAgainMs: nextLookMs(run, requests, deps.clock.now(), sent) };
}

/** All of them, before a person is asked about money: what came back is kept whatever else happens. */
async function lookAtBatches(deps: AskingDeps, run: Run): Promise<Pause | null> {
  const { batchProvider } = deps;
  if (batchProvider === null) return null;
  let pause: Pause | null = null;
  for (const batch of await deps.db.batches.listHeadsOfRun(run.id)) {
    if (batch.state.status !== "submitted" || !isHere(deps, batch)) continue;
    const state = await lookAtBatch({ ...deps, batchProvider }, run, batch, batch.state);
    if (state.status === "failed" && state.trouble === "unpaid")
      pause = forMoney("bill", `${batchProvider.provider} wants to be paid: ${state.reason}`);
  }
  return pause;
}

async function askRest(deps: AskingDeps, run: Run, signal: AbortSignal): Promise<Pause | null> {
  const { model } = deps;
  if (model === null) return null;
  for (const request of await readRequests(deps, run)) {
    const asked = await askAlone({ ...deps, model }, run, request, signal);
    if (asked.kind === "over_budget") return forMoney(asked.cap, explainOverBudget(asked));
  }
  return null;
}

/** How often the batches of a run are looked at; runs that started together do not ask together for ever. */
export function lookEveryMs({ id, policy }: Pick<Run, "id" | "policy">): number {
  return spreadMs(policy.batchPollMs, id);
}

function nextLookMs(run: Run, requests: readonly TaskRequest[], now: Date, { unknownSince }: Sent): number {
  const due = requests.flatMap(({ step }) =>
    step.kind === "send" ? [(step.notBefore ?? now).getTime() - now.getTime()] : [],
  );
  const unknown =
    unknownSince === null
      ? []
      : [Math.max(reconcileMs, (now.getTime() - unknownSince.getTime()) * reconcileShare)];
  return Math.max(0, Math.min(...due, ...unknown, lookEveryMs(run)));
}
