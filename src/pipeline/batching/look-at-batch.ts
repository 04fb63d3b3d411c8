import { sequelOfOutcomes, statusOfUnanswered } from "../../domain/batching/batch-sequel.ts";
import type { BatchEnd, BatchHead, BatchState } from "../../domain/batch.ts";
import { isTerminal, type Run } from "../../domain/run.ts";
import type { BatchProgress } from "../../ports/batch-provider.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { readFates } from "./batch-fates.ts";
import { changeBatch } from "./change-batch.ts";
import { collectResults } from "./collect-results.ts";
import { tellDelay } from "./tell-delay.ts";
import { settleUnanswered } from "./unanswered-money.ts";

type Submitted = Extract<BatchState, { readonly status: "submitted" }>;

/** Looks at a batch once, and settles it with what it brought when it has ended. Answers how it stands then. */
export async function lookAtBatch(
  deps: BatchDeps,
  run: Run,
  batch: BatchHead,
  state: Submitted,
): Promise<BatchState> {
  const progress = await deps.batchProvider.poll({ ref: state.providerRef, since: state.since });
  if (progress.kind === "pending") {
    await callOffIfUnwanted(deps, run, state);
    if (!isTerminal(run.state)) await tellDelay(deps, run, batch, progress);
    return state;
  }
  const event = endOf(progress, deps.clock.now());
  const trouble = event.type === "failed" ? event.trouble : null;
  const hasResults = trouble !== "lost" && trouble !== "archived";
  const fates = hasResults
    ? await collectResults(deps, run, batch, state.providerRef)
    : await readFates(deps.db, batch);
  const unanswered = statusOfUnanswered(event.type, trouble);
  const { batch: changed } = await changeBatch(deps, batch.id, event, {
    sequel: sequelOfOutcomes([...fates.values()].map(({ status }) => status ?? unanswered)),
    together: (stores) => settleUnanswered(stores, fates, { unanswered, trouble }),
  });
  return changed.state;
}

/** Called off, it still has to end: what it has answered until then counts, and only the rest is asked for otherwise. */
async function callOffIfUnwanted(deps: BatchDeps, run: Run, state: Submitted): Promise<void> {
  const ageMs = deps.clock.now().getTime() - state.since.getTime();
  if (run.state.status === "canceled" || ageMs > run.policy.batchLimitMs)
    await deps.batchProvider.cancel(state.providerRef);
}

function endOf(progress: Exclude<BatchProgress, { kind: "pending" }>, at: Date): BatchEnd {
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
