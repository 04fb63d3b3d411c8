import { type BatchHead, type BatchState, isBatchSettled } from "../../domain/batch.ts";
import { isAasError } from "../../domain/errors.ts";
import type { BatchId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Stores } from "../../ports/database.ts";
import type { BatchRequest, Refusal, SubmitOutcome } from "../../ports/batch-provider.ts";
import { analysisRequest } from "../prompting/requests.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { changeBatch, getBatchHead } from "./change-batch.ts";
import { pagesOfItems } from "./pages-of-items.ts";

/** Where sending stands. `unknown`: nobody can say yet whether it was created. `ambiguous`: a person must. */
export type SendProgress =
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly state: Extract<BatchState, { status: "failed" }> }
  | { readonly kind: "unknown"; readonly since: Date }
  | { readonly kind: "ambiguous"; readonly refs: readonly string[] };

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
    const batch = await getBatchHead(deps, batchId);
    const { state } = batch;
    if (state.status === "failed") return { kind: "refused", state };
    if (state.status === "submitted" || isBatchSettled(state)) return { kind: "sent" };
    const stopped = await takeStep(deps, run, { ...batch, state }, signal);
    if (stopped !== null) return stopped;
  }
}

type Unsent = BatchHead & {
  readonly state: Extract<
    BatchState,
    { readonly status: "intended" | "uploading" | "submitting" | "reconciling" }
  >;
};

/** One transition; null when there was one. */
async function takeStep(
  deps: BatchDeps,
  run: Run,
  batch: Unsent,
  signal: AbortSignal,
): Promise<SendProgress | null> {
  switch (batch.state.status) {
    case "intended":
      await changeBatch(deps, batch.id, { type: "upload_started" });
      return null;
    case "uploading":
      await uploadAndSubmit(deps, run, batch, signal);
      return null;
    case "submitting":
      await changeBatch(deps, batch.id, { type: "answer_lost" });
      return null;
    case "reconciling":
      return reconcile(deps, batch, batch.state);
  }
}

async function uploadAndSubmit(
  deps: BatchDeps,
  run: Run,
  batch: BatchHead,
  signal: AbortSignal,
): Promise<void> {
  const requests = await requestsOf(deps, run, batch);
  const prepared = await deps.batchProvider.prepare(requests, batch.id, signal);
  if (prepared.kind === "refused") return noteRefused(deps, batch, { ...prepared, since: null });
  const since = deps.clock.now();
  const { uploadRef } = prepared;
  const noted = await changeBatch(deps, batch.id, { type: "submit_started", uploadRef, at: since });
  // Whoever noted it first sends it.
  if (!noted.hasMoved) return;
  const outcome = await submitOnce(deps, { id: batch.id, since }, () =>
    deps.batchProvider.submit(prepared, requests, batch.id, signal),
  );
  if (outcome === null) await changeBatch(deps, batch.id, { type: "answer_lost" });
  else if (outcome.kind === "refused") await noteRefused(deps, batch, { ...outcome, since });
  else
    await changeBatch(deps, batch.id, { type: "submitted", providerRef: outcome.ref, at: deps.clock.now() });
}

/** Null: nobody knows whether it was received. Who has to wait before the provider has not asked it for anything. */
async function submitOnce(
  deps: BatchDeps,
  { id, since }: { readonly id: BatchId; readonly since: Date },
  submit: () => Promise<SubmitOutcome>,
): Promise<SubmitOutcome | null> {
  try {
    return await submit();
  } catch (error) {
    if (!isAasError(error, "provider_waiting")) return null;
    await changeBatch(deps, id, { type: "not_asked", since });
    throw error;
  }
}

/** Nothing was created, so nothing is held back for it any more. */
export async function noteRefused(
  deps: RecordingDeps,
  batch: BatchHead,
  { trouble, message, since }: Pick<Refusal, "trouble" | "message"> & { readonly since: Date | null },
): Promise<void> {
  const event = { type: "refused", trouble, reason: message, since, at: deps.clock.now() } as const;
  await changeBatch(deps, batch.id, event, { together: (stores) => releaseItems(stores, batch) });
}

/** For what certainly was not worked on nothing has to be paid. */
export async function releaseItems(
  { batches, usage }: Pick<Stores, "batches" | "usage">,
  batch: BatchHead,
): Promise<void> {
  const released = { status: "released" } as const;
  for await (const items of pagesOfItems(batches, batch.id))
    await usage.settleAll(new Map(items.map(({ customId }) => [customId, released])));
}

/** Asks what became of a submit. Null: it is known now. */
export async function reconcile(
  deps: BatchDeps,
  batch: BatchHead,
  state: Extract<BatchState, { status: "reconciling" }>,
): Promise<SendProgress | null> {
  const { uploadRef, since } = state;
  const found = await deps.batchProvider.find({
    submitKey: batch.id,
    uploadRef,
    since,
    customIds: await customIdsOf(deps, batch),
    knownRefs: await knownRefs(deps, batch),
  });
  switch (found.kind) {
    case "unknown":
      return { kind: "unknown", since };
    case "ambiguous":
      return found;
    case "absent":
      await changeBatch(deps, batch.id, { type: "proved_absent" });
      return null;
    case "found":
      await changeBatch(deps, batch.id, { type: "submitted", providerRef: found.ref, at: deps.clock.now() });
      return null;
  }
}

/** Of every run: a provider that knows no names must not show us the batch of another one. */
async function knownRefs(deps: BatchDeps, batch: BatchHead): Promise<readonly string[]> {
  const { projectId } = await deps.db.runs.get(batch.runId);
  return deps.db.batches.listProviderRefs(projectId, batch.provider);
}

async function customIdsOf(deps: BatchDeps, batch: BatchHead): Promise<readonly string[]> {
  const customIds: string[] = [];
  for await (const items of pagesOfItems(deps.db.batches, batch.id))
    for (const { customId } of items) customIds.push(customId);
  return customIds;
}

async function requestsOf(deps: BatchDeps, run: Run, batch: BatchHead): Promise<readonly BatchRequest[]> {
  const tasks = new Map((await deps.db.tasks.listOfRun(run.id)).map((task) => [task.key, task]));
  const requests: BatchRequest[] = [];
  for await (const items of pagesOfItems(deps.db.batches, batch.id)) {
    for (const { customId, taskKey, roomFactor } of items) {
      const task = tasks.get(taskKey);
      if (task === undefined) continue;
      requests.push({ customId, request: analysisRequest(deps.prompts, run.goal, task, roomFactor) });
    }
  }
  return requests;
}
