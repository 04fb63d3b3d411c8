import { applyBatchEvent, type Batch, type BatchEvent, isBatchSettled } from "../../domain/batch.ts";
import type { BatchId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { BatchProvider, BatchRequest } from "../../ports/batch-provider.ts";
import { analysisRequest } from "../prompting/requests.ts";
import type { Prompts } from "../prompting/prompts.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

export interface BatchDeps extends RecordingDeps {
  readonly batchProvider: BatchProvider;
  readonly prompts: Prompts;
}

/** Where sending stands: done with, or to be looked at again because nobody knows yet whether it was created. */
export type SendProgress = "sent" | "refused" | "unknown";

/**
 * Sends one batch at most once. That a request is about to be made is written down before it is made; whoever finds that
 * note without an answer asks the provider what became of it, and sends again only when it is proven that nothing did.
 */
export async function advanceBatch(
  deps: BatchDeps,
  run: Run,
  batchId: BatchId,
  signal: AbortSignal,
): Promise<SendProgress> {
  for (;;) {
    const batch = await getBatch(deps, batchId);
    if (batch.state.status === "submitted") return "sent";
    if (isBatchSettled(batch.state)) return batch.state.status === "failed" ? "refused" : "sent";
    const isKnown = await takeStep(deps, run, batch, signal);
    if (!isKnown) return "unknown";
  }
}

/** One transition. False: the provider cannot say yet. */
async function takeStep(deps: BatchDeps, run: Run, batch: Batch, signal: AbortSignal): Promise<boolean> {
  switch (batch.state.status) {
    case "intended":
      await changeBatch(deps, batch.id, { type: "upload_started" });
      return true;
    case "uploading":
      await uploadAndSubmit(deps, run, batch, signal);
      return true;
    case "submitting":
      await changeBatch(deps, batch.id, { type: "answer_lost" });
      return true;
    case "reconciling":
      return reconcile(deps, batch, batch.state);
    case "submitted":
    case "completed":
    case "failed":
    case "expired":
    case "canceled":
      return true;
  }
}

async function uploadAndSubmit(deps: BatchDeps, run: Run, batch: Batch, signal: AbortSignal): Promise<void> {
  const requests = await requestsOf(deps, run, batch);
  const prepared = await deps.batchProvider.prepare(requests, batch.id, signal);
  if (prepared.kind === "refused") return noteRefused(deps, batch, prepared.message);
  const at = deps.clock.now();
  const noted = await changeBatch(deps, batch.id, {
    type: "submit_started",
    uploadRef: prepared.uploadRef,
    at,
  });
  if (noted.state.status !== "submitting") return;
  const outcome = await deps.batchProvider
    .submit(prepared, requests, batch.id, signal)
    .catch((): null => null);
  if (outcome === null) await changeBatch(deps, batch.id, { type: "answer_lost" });
  else if (outcome.kind === "refused") await noteRefused(deps, batch, outcome.message);
  else
    await changeBatch(deps, batch.id, { type: "submitted", providerRef: outcome.ref, at: deps.clock.now() });
}

/** Nothing was created, so nothing is held back for it any more. */
async function noteRefused(deps: BatchDeps, batch: Batch, reason: string): Promise<void> {
  for (const { customId } of batch.items) await deps.db.usage.settle(customId, { status: "released" });
  await changeBatch(deps, batch.id, { type: "failed", reason });
}

async function reconcile(
  deps: BatchDeps,
  batch: Batch,
  state: { readonly uploadRef: string | null; readonly since: Date },
): Promise<boolean> {
  const { uploadRef, since } = state;
  const customIds = batch.items.map((item) => item.customId);
  const found = await deps.batchProvider.find({
    submitKey: batch.id,
    uploadRef,
    since,
    customIds,
    knownRefs: [],
  });
  switch (found.kind) {
    case "unknown":
    case "ambiguous":
      return false;
    case "absent":
      await changeBatch(deps, batch.id, { type: "proved_absent" });
      return true;
    case "found":
      await changeBatch(deps, batch.id, { type: "submitted", providerRef: found.ref, at: deps.clock.now() });
      return true;
  }
}

async function requestsOf(deps: BatchDeps, run: Run, batch: Batch): Promise<readonly BatchRequest[]> {
  const tasks = await deps.db.tasks.listOfRun(run.id);
  return batch.items.flatMap((item) => {
    const task = tasks.find((each) => each.key === item.taskKey);
    return task === undefined
      ? []
      : [{ customId: item.customId, request: analysisRequest(deps.prompts, run.goal, task) }];
  });
}

export async function changeBatch(deps: RecordingDeps, id: BatchId, event: BatchEvent): Promise<Batch> {
  const run = await deps.db.runs.get((await getBatch(deps, id)).runId);
  return compareAndSet<Batch>(
    deps,
    {
      load: (stores) => getBatch({ db: stores }, id),
      replace: (stores, next) => stores.batches.replace(next),
    },
    (batch) => {
      const state = applyBatchEvent(batch.state, event);
      if (state === batch.state) return keep;
      const told = makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "batch.changed",
        subject: id,
        from: batch.state.status,
        to: state.status,
        reason: event.type === "failed" ? event.reason : null,
      });
      return { kind: "write", next: { ...batch, state }, events: [told] };
    },
  );
}

async function getBatch(
  deps: { readonly db: Pick<RecordingDeps["db"], "batches"> },
  id: BatchId,
): Promise<Batch> {
  const batch = await deps.db.batches.find(id);
  if (batch === null) throw new TypeError(`No batch ${id}`);
  return batch;
}
