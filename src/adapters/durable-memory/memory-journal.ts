import type { Json } from "../../domain/json.ts";
import type { StartRequest, WorkflowSignal, WorkflowStatus } from "../../ports/durable.ts";
import type { RecordedError } from "./recorded-error.ts";

/** What outlives an instance. Several instances may share one; one that crashed leaves its workflows to the others. */
export interface MemoryJournal {
  readonly workflows: Map<string, WorkflowRecord>;
  /** Told after every change, so that each instance looks whether there is something for it. */
  readonly watchers: Set<() => void>;
}

export interface WorkflowRecord {
  readonly request: StartRequest;
  readonly number: number;
  /** By position in the workflow, as the code reaches them. */
  readonly entries: Map<number, JournalEntry>;
  readonly signals: StoredSignal[];
  /** Told when a signal comes. */
  readonly listeners: Set<() => void>;
  status: WorkflowStatus;
  /** The instance that runs it now. */
  owner: symbol | null;
}

export type JournalEntry =
  | { readonly kind: "returned"; readonly name: string; readonly result: Json }
  | { readonly kind: "threw"; readonly name: string; readonly error: RecordedError }
  | { readonly kind: "waiting"; readonly name: string; readonly until: number };

export interface StoredSignal {
  readonly signal: WorkflowSignal;
  isTaken: boolean;
}

export function createMemoryJournal(): MemoryJournal {
  return { workflows: new Map(), watchers: new Set() };
}

/** False: the id was used before, and nothing happened. */
export function insertWorkflow(journal: MemoryJournal, request: StartRequest): boolean {
  if (journal.workflows.has(request.id)) return false;
  journal.workflows.set(request.id, {
    request: { ...request, input: asStored(request.input) },
    number: journal.workflows.size,
    entries: new Map(),
    signals: [],
    listeners: new Set(),
    status: { kind: "pending" },
    owner: null,
  });
  tellWatchers(journal);
  return true;
}

export function tellWatchers(journal: MemoryJournal): void {
  for (const look of journal.watchers) look();
}

/** What a database would give back: a date becomes text, so that a test notices it. */
export function asStored<Value extends Json>(value: Value): Value {
  return value === undefined ? (null as Value) : (JSON.parse(JSON.stringify(value)) as Value);
}
