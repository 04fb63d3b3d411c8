import type { Spending } from "../../domain/money/budget.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { type AskModelDeps, askModel } from "../paying/ask-model.ts";
import { priceOfCall } from "../paying/price-of-call.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import type { Ask } from "./model-planner.ts";

/** What a look at a plan has cost, and the run that paid for it. */
export interface PreviewCost extends Spending {
  readonly runId: RunId;
}

export interface PreviewPurse {
  readonly ask: Ask;
  /** Null: no model was asked, and nothing is recorded. */
  readonly costOf: (run: Run) => Promise<PreviewCost | null>;
}

/**
 * Answers for a look at what would be are paid as all others are: the price is known, every cap has room, and the call is
 * in the ledger before it is made. The run that pays is recorded with its first call.
 */
export function payPreview(deps: AskModelDeps): PreviewPurse {
  return {
    ask: async (run, ask, signal) => {
      const { provider, name, price } = deps.model;
      priceOfCall(deps.prices, { provider, name, price, tier: "standard" }, deps.clock.now());
      if ((await deps.db.runs.find(run.id)) === null) await recordPreview(deps, run);
      return askModel(deps, run, ask, signal);
    },
    costOf: async ({ id }) => {
      if ((await deps.db.runs.find(id)) === null) return null;
      return { runId: id, ...(await deps.db.usage.spendingOf(id)) };
    },
  };
}

/** It is over as it is recorded: nobody drives it, and a command that dies leaves nothing open. */
async function recordPreview(deps: RecordingDeps, run: Run): Promise<void> {
  const now = deps.clock.now();
  const ended: Run = { ...run, state: { status: "canceled" }, startedAt: now, finishedAt: now };
  const { id, projectId, goal, state } = ended;
  await deps.db.transaction(async (stores) => {
    await stores.runs.insert(ended);
    const told = { projectId, runId: id, subject: id, to: describeRunState(state), details: { state } };
    const reason = `a preview of: ${goal}`;
    await stores.events.append([makeEvent(deps, { ...told, type: "run.created", reason })]);
    return true;
  });
}
