import type { QueueDefinition, QueuePlace, WorkflowDefinition } from "../../ports/durable.ts";
import type { MemoryJournal, WorkflowRecord } from "./memory-journal.ts";

export interface KnownDefinitions {
  readonly workflows: ReadonlyMap<string, WorkflowDefinition>;
  readonly queues: ReadonlyMap<string, QueueDefinition>;
}

/** What an instance that runs `running` may take next: urgent ones first, then in the order they came. */
export function nextWorkflow(
  journal: MemoryJournal,
  running: readonly WorkflowRecord[],
  known: KnownDefinitions,
): WorkflowRecord | null {
  const free = [...journal.workflows.values()].filter(
    (record) =>
      record.status.kind === "pending" &&
      record.owner === null &&
      !running.includes(record) &&
      known.workflows.has(record.request.workflow),
  );
  const inOrder = free.toSorted((a, b) => priorityOf(a) - priorityOf(b) || a.number - b.number);
  return inOrder.find((record) => hasPlace(record, journal, running, known)) ?? null;
}

function priorityOf(record: WorkflowRecord): number {
  return record.request.queue?.priority ?? 0;
}

function hasPlace(
  record: WorkflowRecord,
  journal: MemoryJournal,
  running: readonly WorkflowRecord[],
  known: KnownDefinitions,
): boolean {
  const place = record.request.queue;
  if (place === null) return true;
  const queue = known.queues.get(place.name);
  if (queue === undefined) return false;
  const inUse = running.filter((each) => each.request.queue?.name === queue.name).length;
  if (inUse >= queue.workerConcurrency) return false;
  return !queue.isSerialPerKey || !isKeyBusy(place, journal);
}

function isKeyBusy(place: QueuePlace, journal: MemoryJournal): boolean {
  return [...journal.workflows.values()].some(
    ({ owner, request: { queue } }) =>
      owner !== null && queue !== null && queue.name === place.name && queue.key === place.key,
  );
}
