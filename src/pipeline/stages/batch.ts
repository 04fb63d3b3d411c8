import type { Batch, BatchItem } from "../../domain/batch.ts";
import { type BatchId, makeId, type RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { overBudgetMessage, reservationFor, reserveUsage } from "../reserve-usage.ts";
import { advanceBatch, type BatchDeps } from "../batching/advance-batch.ts";
import { mayGoOn } from "../may-go-on.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { analysisRequest } from "../prompts.ts";
import { makeEvent } from "../recording/make-event.ts";
import type { StageOutcome } from "../stage-outcome.ts";

const reconcilePauseMs = 5_000;

/** Tasks → provider batches at half price. Everything is written down before it is sent. */
export async function batch(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  const intended = await context.step("batch.intend", () => intendBatches(deps, runId));
  if (intended.kind !== "intended") return intended;
  for (const id of intended.batchIds) {
    for (;;) {
      const sent = await context.step("batch.send", () =>
        sendOne(deps, runId, id as BatchId, context.signal),
      );
      if (sent === "interrupted") return { kind: "interrupted" };
      if (sent !== "unknown") break;
      await context.sleep(reconcilePauseMs);
    }
  }
  const count = intended.requests;
  return {
    kind: "finished",
    status: "success",
    output: `sent ${count} requests`,
    metrics: { requests: count },
  };
}

type Intent =
  | StageOutcome
  | { readonly kind: "intended"; readonly batchIds: readonly string[]; readonly requests: number };

async function intendBatches(deps: PipelineDeps, runId: RunId): Promise<Intent> {
  const run = await deps.db.runs.get(runId);
  const tasks = (await deps.db.tasks.listOfRun(runId)).filter((task) => task.builder.kind === "model");
  const existing = await deps.db.batches.listOfRun(runId);
  if (existing.length > 0) return intentOf(existing);
  if (tasks.length === 0) return skipped("no task needs a model");
  if (!run.policy.batchEnabled || deps.batchProvider === null)
    return skipped("batch is switched off or not offered");
  const { price } = deps.batchProvider;
  if (price === null)
    return { kind: "paused", reason: "money", message: "The batch price of the model is not known." };
  const over = await reserveAll(deps, run, tasks, (task) =>
    reservationFor(analysisRequest(run.goal, task), price),
  );
  if (over !== null) return { kind: "paused", reason: "money", message: overBudgetMessage(over) };
  return insertBatches(deps, run, tasks, deps.batchProvider.provider);
}

function skipped(reason: string): StageOutcome {
  return { kind: "finished", status: "success", output: `nothing sent: ${reason}`, metrics: { requests: 0 } };
}

/** Null when everything is held back; otherwise what is missing for the first request that does not fit. */
async function reserveAll(
  deps: PipelineDeps,
  run: Run,
  tasks: readonly Task[],
  microUsdOf: (task: Task) => number,
): Promise<number | null> {
  for (const task of tasks) {
    const usage = {
      key: customIdOf(task),
      runId: run.id,
      purpose: "analyse",
      provider: deps.batchProvider?.provider ?? "",
      model: deps.batchProvider?.model ?? "",
      state: { status: "reserved", microUsd: microUsdOf(task) },
      createdAt: deps.clock.now(),
    } as const;
    const reservation = await reserveUsage(deps, run, usage);
    if (reservation.kind === "over_budget") return reservation.missingMicroUsd;
  }
  return null;
}

async function insertBatches(
  deps: PipelineDeps,
  run: Run,
  tasks: readonly Task[],
  provider: string,
): Promise<Intent> {
  const items: readonly BatchItem[] = tasks.map((task) => ({
    customId: customIdOf(task),
    taskKey: task.key,
  }));
  const batches = chunk(items, run.policy.batchChunkSize).map((part): Batch => ({
    id: makeId("bat", deps.ids.next()),
    runId: run.id,
    version: 1,
    provider,
    state: { status: "intended" },
    items: part,
    createdAt: deps.clock.now(),
  }));
  await deps.db.transaction(async (stores) => {
    for (const each of batches) await stores.batches.insert(each);
    const told = batches.map((each) =>
      makeEvent(deps, { projectId: run.projectId, runId: run.id, type: "batch.intended", subject: each.id }),
    );
    await stores.events.append(told);
    return true;
  });
  return intentOf(batches);
}

function intentOf(batches: readonly Batch[]): Intent {
  const requests = batches.reduce((sum, each) => sum + each.items.length, 0);
  return { kind: "intended", batchIds: batches.map((each) => each.id), requests };
}

/** Our own request id, known before anything is sent, and legal with every provider. */
function customIdOf(task: Task): string {
  return `aas_${task.id}_${task.round}`;
}

function chunk<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

async function sendOne(
  deps: PipelineDeps,
  runId: RunId,
  id: BatchId,
  signal: AbortSignal,
): Promise<"sent" | "refused" | "unknown" | "interrupted"> {
  if (deps.batchProvider === null || !(await mayGoOn(deps, runId, "batch"))) return "interrupted";
  const run = await deps.db.runs.get(runId);
  const batchDeps: BatchDeps = { ...deps, batchProvider: deps.batchProvider };
  return advanceBatch(batchDeps, run, id, signal);
}
