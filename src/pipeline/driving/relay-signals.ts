import type { Event, EventType } from "../../domain/event.ts";
import type { ProjectId } from "../../domain/ids.ts";
import { runWorkflowId } from "../names.ts";
import type { Database } from "../../ports/database.ts";
import type { Durable } from "../../ports/durable.ts";

const pageSize = 200;

/** What people do changes facts; the workflows that wait for them are woken here. A lost wake costs time, nothing else. */
export async function relaySignals(
  deps: { readonly db: Database; readonly durable: Durable },
  projectId: ProjectId,
  afterSeq: number,
): Promise<number> {
  const events = await deps.db.events.listAfter(projectId, afterSeq, pageSize);
  for (const event of events) if (wakes.has(event.type)) await wake(deps, event);
  return events.at(-1)?.seq ?? afterSeq;
}

const wakes: ReadonlySet<EventType> = new Set([
  "run.resumed",
  "run.paused",
  "run.canceled",
  "approval.decided",
  "task.retried",
  "integration.landed",
  "integration.rejected",
] as const);

async function wake(deps: { readonly db: Database; readonly durable: Durable }, event: Event): Promise<void> {
  const run = event.runId === null ? null : await deps.db.runs.find(event.runId);
  if (run === null) return;
  const id = runWorkflowId(run);
  if ((await deps.durable.find(id))?.kind !== "pending") return;
  await deps.durable.signal(id, { topic: "wake", payload: null, key: `event:${event.seq}` });
}
