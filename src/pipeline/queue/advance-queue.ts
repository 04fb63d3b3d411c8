import type { Sha } from "../../domain/ids.ts";
import type { Integration } from "../../domain/integration.ts";
import { planQueue, type QueueAction } from "../../domain/queue-plan.ts";
import { describeFailures } from "../judging/validate-tree.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { clearRefs } from "./clear-refs.ts";
import { landUnderLock, noteLanding } from "./land.ts";
import { lookAtQueue, type QueueLook } from "./look-at-queue.ts";
import { makeCandidate } from "./make-candidate.ts";
import { reject } from "./reject.ts";
import { testCandidate } from "./test-candidate.ts";
import { withdraw } from "./withdraw.ts";

export interface AdvanceOptions {
  readonly mayLand: boolean;
  readonly signal: AbortSignal;
}

/**
 * Takes the queue that an entry stands in one step further: reads everything, decides, does it. Anybody may call it at
 * any time; a missed call costs time, never correctness. `idle`: nothing can move without a person, a new entry or
 * another process.
 */
export async function advanceQueue(
  deps: PipelineDeps,
  own: Integration,
  options: AdvanceOptions,
): Promise<"moved" | "idle"> {
  return advanceFirst(deps, own, await lookAtQueue(deps, own), options);
}

/** What goes wrong with somebody else's entry is told there: here it is passed over. */
async function advanceFirst(
  deps: PipelineDeps,
  own: Integration,
  look: QueueLook,
  options: AdvanceOptions,
): Promise<"moved" | "idle"> {
  const action = planQueue(look.entries, { ...look, isFrozen: !options.mayLand });
  const entry = look.entries.find(({ id }) => action.kind !== "wait" && id === action.id);
  if (entry === undefined) return "idle";
  try {
    return await perform(deps, action.kind, entry, { baseHead: look.baseHead, signal: options.signal });
  } catch (error) {
    if (options.signal.aborted || entry.id === own.id) throw error;
    deps.log.warn({ integrationId: entry.id, error }, "an entry of the queue was passed over");
    const entries = look.entries.filter((each) => each !== entry);
    return advanceFirst(deps, own, { ...look, entries }, options);
  }
}

/** With the entry as it was planned for: what somebody made of it since is never overwritten. */
async function perform(
  deps: PipelineDeps,
  kind: QueueAction["kind"],
  entry: Integration,
  at: { readonly baseHead: Sha; readonly signal: AbortSignal },
): Promise<"moved" | "idle"> {
  switch (kind) {
    case "wait":
      return "idle";
    case "note_landing":
      await noteLanding(deps, entry);
      return "moved";
    case "withdraw":
      return (await withdraw(deps, entry)) ? "moved" : "idle";
    case "make_candidate":
      await makeCandidate(deps, entry, at.baseHead);
      return "moved";
    case "check":
      await testCandidate(deps, entry, at.signal);
      return "moved";
    case "reject_failed":
      await rejectFailed(deps, entry);
      return "moved";
    case "land":
      return landAndClear(deps, entry, at.baseHead);
  }
}

async function landAndClear(
  deps: PipelineDeps,
  entry: Integration,
  baseHead: Sha,
): Promise<"moved" | "idle"> {
  const done = await landUnderLock(deps, entry, baseHead);
  if (done === "moved") await clearRefs(deps, entry);
  return done;
}

async function rejectFailed(deps: PipelineDeps, entry: Integration): Promise<void> {
  const validation =
    entry.lastCheck === null ? null : await deps.db.validations.find(entry.lastCheck.validationId);
  await reject(deps, entry, "checks_failed", validation === null ? [] : describeFailures(validation));
}
