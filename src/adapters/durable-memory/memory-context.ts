import { AasError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { StartRequest, WorkflowContext } from "../../ports/durable.ts";
import {
  asStored,
  insertWorkflow,
  type JournalEntry,
  type MemoryJournal,
  type StoredSignal,
  type WorkflowRecord,
} from "./memory-journal.ts";
import { fromRecordedError, toRecordedError } from "./recorded-error.ts";
import type { Timers } from "./timers.ts";

export interface ExecutionParts {
  readonly journal: MemoryJournal;
  readonly record: WorkflowRecord;
  readonly timers: Timers;
  readonly signal: AbortSignal;
  /** False once this execution was canceled, stopped or crashed: it may not write any more. */
  isLive(): boolean;
}

/** One execution of one workflow: walks along the recorded entries, then writes new ones. */
export class MemoryContext implements WorkflowContext {
  readonly workflowId: string;
  readonly signal: AbortSignal;
  readonly #parts: ExecutionParts;
  #position = 0;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.workflowId = parts.record.request.id;
    this.signal = parts.signal;
  }

  async step<Result extends Json>(name: string, effect: () => Promise<Result>): Promise<Result> {
    const position = this.#enter();
    const recorded = this.#recorded(position, name);
    if (recorded !== null) return replay(recorded) as Result;
    let entry: JournalEntry;
    try {
      entry = { kind: "returned", name, result: asStored(await effect()) };
    } catch (error) {
      this.#write(position, { kind: "threw", name, error: toRecordedError(error) });
      throw error;
    }
    this.#write(position, entry);
    return entry.result as Result;
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.#waitFor("sleep", milliseconds, () => null);
  }

  async waitSignal(topic: string, timeoutMs: number): Promise<Json | null> {
    return this.#waitFor(`signal ${topic}`, timeoutMs, () => this.#findSignal(topic));
  }

  async startChild(request: StartRequest): Promise<void> {
    await this.step(`start ${request.id}`, async () => {
      insertWorkflow(this.#parts.journal, request);
      return null;
    });
  }

  /** Until `find` finds a signal or the time is over, whichever a crash lets come first. */
  async #waitFor(name: string, milliseconds: number, find: () => StoredSignal | null): Promise<Json | null> {
    const position = this.#enter();
    const recorded = this.#recorded(position, name);
    if (recorded !== null && recorded.kind !== "waiting") return replay(recorded);
    const until = recorded?.until ?? this.#parts.timers.now() + milliseconds;
    this.#write(position, { kind: "waiting", name, until });
    for (;;) {
      const found = find();
      if (found !== null) {
        this.#write(position, { kind: "returned", name, result: found.signal.payload });
        found.isTaken = true;
        return found.signal.payload;
      }
      if (this.#parts.timers.now() >= until) {
        this.#write(position, { kind: "returned", name, result: null });
        return null;
      }
      await this.#somethingHappens(until);
      this.#assertLive();
    }
  }

  #findSignal(topic: string): StoredSignal | null {
    const { signals } = this.#parts.record;
    return signals.find((stored) => !stored.isTaken && stored.signal.topic === topic) ?? null;
  }

  #somethingHappens(until: number): Promise<void> {
    const { record, timers, signal } = this.#parts;
    return new Promise((resolve) => {
      const callOff = timers.after(until - timers.now(), wake);
      record.listeners.add(wake);
      signal.addEventListener("abort", wake);

      function wake(): void {
        callOff();
        record.listeners.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      }
    });
  }

  #enter(): number {
    this.#assertLive();
    this.#position += 1;
    return this.#position;
  }

  #recorded(position: number, name: string): JournalEntry | null {
    const entry = this.#parts.record.entries.get(position) ?? null;
    if (entry === null || entry.name === name) return entry;
    throw new AasError(
      "internal",
      `Workflow ${this.workflowId} is not deterministic: "${entry.name}" is recorded where "${name}" was reached`,
    );
  }

  #write(position: number, entry: JournalEntry): void {
    this.#assertLive();
    this.#parts.record.entries.set(position, entry);
  }

  #assertLive(): void {
    if (!this.#parts.isLive()) throw new AasError("canceled", `Workflow ${this.workflowId} stops here`);
  }
}

function replay(entry: JournalEntry): Json {
  switch (entry.kind) {
    case "returned":
      return asStored(entry.result);
    case "threw":
      throw fromRecordedError(entry.error);
    case "waiting":
      throw new AasError("internal", `"${entry.name}" was recorded as a wait`);
  }
}
