import type { Event, EventType } from "../../domain/event.ts";
import type { ProjectId } from "../../domain/ids.ts";
import type { NotificationKind } from "../../domain/notification.ts";
import { queueNotification, type NotifyingDeps } from "./queue-notification.ts";
import { renderRunMessage } from "./run-message.ts";

const note = "notified_seq";
const pageSize = 200;

/** Follows the event log and queues a message for every moment that needs a person. Seen twice, it queues nothing twice. */
export async function notifyFromEvents(deps: NotifyingDeps, projectId: ProjectId): Promise<number> {
  const from = Number((await deps.db.projects.readNote(projectId, note)) ?? 0);
  const events = await deps.db.events.listAfter(projectId, from, pageSize);
  for (const event of events) await notifyOf(deps, event);
  const last = events.at(-1)?.seq;
  if (last !== undefined) await deps.db.projects.writeNote(projectId, note, last);
  return events.length;
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
export function kindOf(event: Pick<Event, "type" | "to">): NotificationKind | null {
  return event.type === "run.paused" ? pausedKind(event.to ?? "") : (kinds[event.type] ?? null);
}

/** A pause by a person needs no message, and one for an approval has a message of its own. */
function pausedKind(to: string): NotificationKind | null {
  if (to.includes("money") || to.includes("budget")) return "budget_paused";
  return to.includes("approval") || to.includes("person") ? null : "needs_you";
}
