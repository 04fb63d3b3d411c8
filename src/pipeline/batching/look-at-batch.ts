import { sequelOfOutcomes, statusOfUnanswered } from "../../domain/batch-sequel.ts";
import type { BatchTrouble } from "../../domain/batch-trouble.ts";
import type { Batch, BatchEvent, BatchState } from "../../domain/batch.ts";
import type { OutcomeStatus } from "../../domain/request-outcome.ts";
import type { Run } from "../../domain/run.ts";
import { settleUsage, type Settlement } from "../../domain/usage.ts";
import type { BatchProgress } from "../../ports/batch-provider.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { changeBatch } from "./change-batch.ts";
import { collectResults } from "./collect-results.ts";
import { tellDelay } from "./tell-delay.ts";

type Submitted = Extract<BatchState, { readonly status: "submitted" }>;

/** Looks at a batch once, and settles it with what it brought when it has ended. Answers how it stands then. */
export async function lookAtBatch(
  deps: BatchDeps,
  run: Run,
  batch: Batch,
  state: Submitted,
): Promise<BatchState> {
  const progress = await deps.batchProvider.poll({ ref: state.providerRef, since: state.since });
  if (progress.kind === "pending") {
    await callOffIfLate(deps, run, state);
    await tellDelay(deps, run, batch, progress);
    return state;
  }
  const event = endOf(progress, deps.clock.now());
  const trouble = event.type === "failed" ? event.trouble : null;
  const hasResults = trouble !== "lost" && trouble !== "archived";
  const statuses = hasResults
    ? await collectResults(deps, run, batch, state.providerRef)
    : new Map<string, OutcomeStatus>();
  const unanswered = statusOfUnanswered(event.type, trouble);
  const fates = batch.items.map(({ customId }) => ({
    customId,
    status: statuses.get(customId) ?? unanswered,
  }));
  const reservations = await readReservations(deps, run);
  const changed = await changeBatch(deps, batch.id, event, {
    sequel: sequelOfOutcomes(fates.map(({ status }) => status)),
    together: async (stores) => {
      for (const { customId, status } of fates) {
        const settlement = settlementOf(status, trouble, reservations.get(customId) ?? 0);
        if (settlement === null) await stores.usage.markUndelivered(customId, withoutWord);
        else await stores.usage.settle(customId, settlement);
      }
    },
  });
  return changed.state;
}

async function readReservations(deps: BatchDeps, run: Run): Promise<ReadonlyMap<string, number>> {
  const usages = await deps.db.usage.listOfRun(run.id);
  return new Map(
    usages.flatMap(({ key, state }) => (state.status === "reserved" ? [[key, state.microUsd]] : [])),
  );
}

/** Called off, it still has to end: what it has answered until then counts, and only the rest is asked for otherwise. */
async function callOffIfLate(deps: BatchDeps, run: Run, state: Submitted): Promise<void> {
  const ageMs = deps.clock.now().getTime() - state.since.getTime();
  if (ageMs > run.policy.batchLimitMs) await deps.batchProvider.cancel(state.providerRef);
}

const withoutWord = "the batch ended without a readable word about it";

type EndEvent = Extract<BatchEvent, { readonly type: "completed" | "expired" | "canceled" | "failed" }>;

function endOf(progress: Exclude<BatchProgress, { kind: "pending" }>, at: Date): EndEvent {
  switch (progress.kind) {
    case "completed":
    case "expired":
    case "canceled":
      return { type: progress.kind };
    case "failed":
      return { type: "failed", trouble: progress.trouble, reason: progress.message, at };
    case "lost":
      return { type: "failed", trouble: "lost", reason: "The provider knows nothing of it any more.", at };
    case "archived":
      return { type: "failed", trouble: "archived", reason: "Its answers are gone.", at };
  }
}

/**
 * What brought no answer was not paid for, with two exceptions: a request without a word may have been, and stays held
 * back; one whose answer is gone was, and is charged what was held back for it. Answers are settled already.
 */
function settlementOf(
  status: OutcomeStatus,
  trouble: BatchTrouble | null,
  reservedMicroUsd: number,
): Settlement | null {
  if (trouble === "archived") return settleUsage(null, null, reservedMicroUsd);
  return status === "missing" ? null : { status: "released" };
}
