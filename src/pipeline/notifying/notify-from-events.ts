import { isAasError } from "../../domain/errors.ts";
import type { Event, EventType } from "../../domain/event.ts";
import type { ProjectId } from "../../domain/ids.ts";
import type { NotificationKind } from "../../domain/notification.ts";
import type { PauseReason, RunState } from "../../domain/run.ts";
import { runStateAfter } from "../../domain/running/told-run-state.ts";
import type { Logger } from "../../ports/logger.ts";
import { queueNotification, type NotifyingDeps } from "./queue-notification.ts";
import { renderRunMessage } from "./run-message.ts";

const note = "notified_seq";
const pageSize = 200;

export type FollowingDeps = NotifyingDeps & { readonly log: Logger };

/** Follows the event log and queues a message for every moment that needs a person. Seen twice, it queues nothing twice. */
export async function notifyFromEvents(deps: FollowingDeps, projectId: ProjectId): Promise<number> {
  const from = Number((await deps.db.projects.readNote(projectId, note)) ?? 0);
  const events = await deps.db.events.listAfter(projectId, from, pageSize);
  for (const event of events) await tryNotifyOf(deps, event);
  const last = events.at(-1)?.seq;
  if (last !== undefined) await deps.db.projects.writeNote(projectId, note, last);
  return events.length;
}

/** An event that nobody can tell holds up no other. An outage is no such event: it is told when that is over. */
async function tryNotifyOf(deps: FollowingDeps, event: Event): Promise<void> {
  try {
    await notifyOf(deps, event);
  } catch (error) {
    if (isAasError(error) && error.retryable) throw error;
    deps.log.error({ seq: event.seq, runId: event.runId, error }, "an event could not be told");
  }
}

async function notifyOf(deps: NotifyingDeps, event: Event): Promise<void> {
  const kind = kindOf(event);
  if (kind === null || event.runId === null) return;
  const run = await deps.db.runs.find(event.runId);
  if (run === null || (kind === "run_failed" && !run.policy.notifyOnFailure)) return;
  await queueNotification(deps, run, await renderRunMessage(deps, run, kind, String(event.seq)));
}

const kinds: Partial<Readonly<Record<EventType, NotificationKind>>> = {
  "approval.requested": "needs_approval",
  "run.failed": "run_failed",
  "run.rolled_back": "run_rolled_back",
  "task.gave_up": "needs_you",
  "budget.warned": "budget_warned",
};

/** Which events are worth a message; stage changes are silent. */
export function kindOf(event: Pick<Event, "type" | "to" | "details">): NotificationKind | null {
  return event.type === "run.paused" ? pausedKind(runStateAfter(event)) : (kinds[event.type] ?? null);
}

/** What nobody here can read is better told than missed. */
function pausedKind(state: RunState | null): NotificationKind | null {
  return state?.status === "paused" ? pausedKinds[state.reason] : "needs_you";
}

/** A pause by a person needs no message, and one for an approval has a message of its own. */
const pausedKinds: Readonly<Record<PauseReason, NotificationKind | null>> = {
  person: null,
  approval: null,
  money: "budget_paused",
  timeout: "needs_you",
  needs_plan: "needs_you",
  provider: "needs_you",
};
