import { statusOfUnanswered } from "../../domain/batching/batch-sequel.ts";
import { type Batch, isBatchSettled } from "../../domain/batch.ts";
import type { RequestOutcome } from "../../domain/batching/request-outcome.ts";
import { nextRequestStep, type RequestStep, type RequestTry } from "../../domain/batching/request-plan.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { Stores } from "../../ports/database.ts";
import type { AskingDeps } from "./batch-deps.ts";

export interface AskableDeps extends Pick<AskingDeps, "batchProvider" | "model"> {
  readonly db: Pick<Stores, "tasks" | "batches">;
}

/** What is asked about one task, and what it needs next. */
export interface TaskRequest {
  readonly task: Task;
  /** Which time it is or will be. */
  readonly number: number;
  readonly step: RequestStep;
}

/** The request of every task that a model builds, as the facts have it. */
export async function readRequests(deps: AskableDeps, run: Run): Promise<readonly TaskRequest[]> {
  if (!run.policy.analysisEnabled) return [];
  const { db } = deps;
  const tasks = (await db.tasks.listOfRun(run.id)).filter(isAskedAbout);
  const batches = await db.batches.listOfRun(run.id);
  const tries = triesByPrefix(batches, await db.batches.listOutcomes(run.id));
  const mayBatch = deps.batchProvider !== null && run.policy.batchEnabled && !batches.some(wasUnsupported);
  return tasks.map((task) => {
    const own = tries.get(prefixOf(task)) ?? [];
    const inOrder = own.toSorted((one, other) => one.number - other.number).map(({ tried }) => tried);
    const step = asPossible(nextRequestStep(inOrder), { model: deps.model, mayBatch });
    return { task, number: inOrder.length + 1, step };
  });
}

/** A task that a later plan dropped stays with its run, and nobody wants to pay for it. */
function isAskedAbout({ builder, state }: Task): boolean {
  return builder.kind === "model" && state.status !== "canceled";
}

/** Without batches a request is asked alone; without a model it is not asked at all. */
function asPossible(
  step: RequestStep,
  { model, mayBatch }: Pick<AskableDeps, "model"> & { readonly mayBatch: boolean },
): RequestStep {
  if (step.kind === "send" && mayBatch) return step;
  if (step.kind !== "send" && step.kind !== "ask_alone") return step;
  return model === null
    ? { kind: "given_up", status: "not_run" }
    : { kind: "ask_alone", roomFactor: step.roomFactor };
}

function wasUnsupported({ state }: Batch): boolean {
  return state.status === "failed" && state.trouble === "no_batches";
}

/** Our own request id, known before anything is sent, and legal with every provider. */
export function customIdOf(task: Task, number: number): string {
  return `${prefixOf(task)}${number}`;
}

function prefixOf(task: Task): string {
  return `aas_${task.id}_${task.round}_`;
}

interface NumberedTry {
  readonly number: number;
  readonly tried: RequestTry;
}

/** Of all tasks in one go: a run may have asked a hundred thousand times. */
function triesByPrefix(
  batches: readonly Batch[],
  outcomes: readonly RequestOutcome[],
): ReadonlyMap<string, readonly NumberedTry[]> {
  const tries = new Map<string, NumberedTry[]>();
  const add = (customId: string, tried: RequestTry): void => {
    const end = customId.lastIndexOf("_") + 1;
    const prefix = customId.slice(0, end);
    const own = tries.get(prefix) ?? [];
    own.push({ number: Number(customId.slice(end)), tried });
    tries.set(prefix, own);
  };
  const known = new Map(outcomes.map((outcome) => [outcome.customId, outcome]));
  for (const batch of batches)
    for (const { customId } of batch.items) add(customId, tryInBatch(batch, known.get(customId)));
  for (const { batchId, customId, status } of outcomes)
    if (batchId === null) add(customId, { kind: "alone", status });
  return tries;
}

function tryInBatch(batch: Batch, known: RequestOutcome | undefined): RequestTry {
  const { state } = batch;
  if (!isBatchSettled(state)) return { kind: "open" };
  const trouble = state.status === "failed" ? state.trouble : null;
  return {
    kind: "batch",
    status: known?.status ?? statusOfUnanswered(state.status, trouble),
    trouble: known === undefined ? trouble : null,
    size: batch.items.length,
    endedAt: state.status === "failed" ? state.since : batch.createdAt,
  };
}
