import { AasError } from "../../domain/errors.ts";
import type { OverBudget } from "../../domain/money/budget.ts";
import type { Run } from "../../domain/run.ts";
import { diedOverCall } from "../paying/ask-model.ts";
import { keepStoredAnswer } from "./ask-alone.ts";
import type { AskingDeps, BatchDeps } from "./batch-deps.ts";
import { type DueRequest, dueRequests, intendBatches } from "./intend-batches.ts";
import { readRequests } from "./read-requests.ts";

const maxReads = 10;

/**
 * Writes down every request that is due into batches; an answer that is no null says why nothing was. What is due is read
 * outside of the transaction that writes it down, so it is read again when others have gone on meanwhile.
 */
export async function intendDue(deps: AskingDeps & BatchDeps, run: Run): Promise<OverBudget | null> {
  for (let read = 0; read < maxReads; read += 1) {
    const due = dueRequests(await readRequests(deps, run), deps.clock.now());
    const intent = await intendBatches(deps, run, due);
    if (intent.kind === "over_budget") return intent;
    if (intent.kind === "asked_alone") await closeCalls(deps, run, due, intent.customIds);
    else if (intent.kind !== "outdated") return null;
  }
  throw new AasError("conflict", `What is due of ${run.id} changed ${maxReads} times.`, { retryable: true });
}

/** A provider may have had no batches when a process died over such a call: its answer counts, or it may be owed for. */
async function closeCalls(
  deps: AskingDeps,
  run: Run,
  due: readonly DueRequest[],
  customIds: readonly string[],
): Promise<void> {
  const begun = new Set(customIds);
  for (const { item } of due) if (begun.has(item.customId)) await keepStoredAnswer(deps, run, item);
  await deps.db.usage.markAllUndelivered(customIds, diedOverCall);
}
