import type { Batch, BatchItem } from "../../domain/batch.ts";
import type { Run } from "../../domain/run.ts";
import { settleUsage, type Settlement, type Usage } from "../../domain/usage.ts";
import type { BatchProvider, BatchResult } from "../../ports/batch-provider.ts";
import { makeEvent } from "../recording/make-event.ts";
import type { BatchDeps } from "./advance-batch.ts";
import { parseAnalysis } from "./parse-analysis.ts";

/** Stores every answered item once, with its cost, and releases what was held back for the others. */
export async function collectResults(
  deps: BatchDeps,
  run: Run,
  batch: Batch,
  providerRef: string,
): Promise<void> {
  const usages = new Map((await deps.db.usage.listOfRun(run.id)).map((usage) => [usage.key, usage]));
  const items = new Map(batch.items.map((item) => [item.customId, item]));
  const seen = new Set<string>();
  for await (const result of deps.batchProvider.results(providerRef)) {
    const item = items.get(result.customId);
    if (item === undefined || seen.has(result.customId)) continue;
    seen.add(result.customId);
    const usage = usages.get(result.customId);
    if (usage?.state.status === "reserved") await storeResult(deps, run, item, { result, usage });
  }
  const missing = batch.items.filter((item) => !seen.has(item.customId));
  for (const item of missing) await deps.db.usage.settle(item.customId, { status: "released" });
}

async function storeResult(
  deps: BatchDeps,
  run: Run,
  item: BatchItem,
  answer: { readonly result: BatchResult; readonly usage: Usage },
): Promise<void> {
  const { outcome } = answer.result;
  await deps.db.transaction(async (stores) => {
    if (outcome.kind === "answered") {
      await stores.batches.insertAnalysis({
        runId: run.id,
        taskKey: item.taskKey,
        customId: item.customId,
        raw: outcome.reply.text,
        parsed: parseAnalysis(outcome.reply.text),
        createdAt: deps.clock.now(),
      });
    }
    await stores.usage.settle(item.customId, settlementOf(deps.batchProvider, answer));
    await stores.events.append([
      makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "batch.item_answered",
        subject: item.taskKey,
        to: outcome.kind,
        reason: outcome.kind === "failed" ? outcome.message : null,
        details: { customId: item.customId },
      }),
    ]);
    return true;
  });
}

/** A failed line costs nothing. */
function settlementOf(
  { price }: Pick<BatchProvider, "price">,
  { result: { outcome }, usage }: { readonly result: BatchResult; readonly usage: Usage },
): Settlement {
  if (outcome.kind === "failed") return { status: "released" };
  return settleUsage(
    outcome.reply.usage,
    price,
    usage.state.status === "released" ? 0 : usage.state.microUsd,
  );
}
