import { AasError, messageOf } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type {
  Durable,
  DurableDefinitions,
  QueueDefinition,
  StartRequest,
  WorkflowDefinition,
  WorkflowSignal,
  WorkflowStatus,
} from "../../ports/durable.ts";
import { MemoryContext } from "./memory-context.ts";
import {
  asStored,
  createMemoryJournal,
  insertWorkflow,
  type MemoryJournal,
  tellWatchers,
  type WorkflowRecord,
} from "./memory-journal.ts";
import { nextWorkflow } from "./next-workflow.ts";
import { realTimers, type Timers } from "./timers.ts";

export interface MemoryDurableOptions {
  readonly journal?: MemoryJournal;
  readonly timers?: Timers;
}

export interface MemoryDurable extends Durable {
  /** Like kill -9: from here on this instance records nothing, and others take its workflows over at once. */
  crash(): void;
}

/** Runs workflows in this process. Opened again over the same journal it goes on where the last one stopped. */
export function openMemoryDurable(options: MemoryDurableOptions = {}): MemoryDurable {
  return new InMemory(options.journal ?? createMemoryJournal(), options.timers ?? realTimers);
}

interface Execution {
  readonly record: WorkflowRecord;
  readonly abort: AbortController;
  isLive: boolean;
  /** Settles when the workflow's code has returned, whatever became of it. */
  ended: Promise<void>;
}

/** An effect that ignores its signal may not keep a process from stopping. */
const stopWithinMs = 5_000;

class InMemory implements MemoryDurable {
  readonly #journal: MemoryJournal;
  readonly #timers: Timers;
  readonly #me = Symbol("instance");
  readonly #executions = new Map<string, Execution>();
  #workflows: ReadonlyMap<string, WorkflowDefinition> = new Map();
  #queues: ReadonlyMap<string, QueueDefinition> = new Map();
  #state: "idle" | "running" | "stopped" = "idle";
  #willLook = false;

  constructor(journal: MemoryJournal, timers: Timers) {
    this.#journal = journal;
    this.#timers = timers;
  }

  async launch(definitions: DurableDefinitions): Promise<void> {
    if (this.#state !== "idle") throw new AasError("internal", "Launched twice");
    this.#workflows = new Map(definitions.workflows.map((each) => [each.name, each]));
    this.#queues = new Map(definitions.queues.map((each) => [each.name, each]));
    this.#state = "running";
    this.#journal.watchers.add(this.#lookSoon);
    this.#lookSoon();
  }

  async shutdown(): Promise<void> {
    const ended = [...this.#executions.values()].map((execution) => execution.ended);
    this.crash();
    await withinTime(Promise.all(ended), stopWithinMs);
  }

  crash(): void {
    this.#state = "stopped";
    this.#journal.watchers.delete(this.#lookSoon);
    for (const execution of this.#executions.values()) {
      stop(execution);
      execution.record.owner = null;
    }
    tellWatchers(this.#journal);
  }

  async start(request: StartRequest): Promise<void> {
    insertWorkflow(this.#journal, request);
  }

  async signal(workflowId: string, signal: WorkflowSignal): Promise<void> {
    const record = this.#get(workflowId);
    if (record.signals.some((stored) => stored.signal.key === signal.key)) return;
    record.signals.push({ signal: { ...signal, payload: asStored(signal.payload) }, isTaken: false });
    for (const wake of record.listeners) wake();
  }

  async cancel(workflowId: string): Promise<void> {
    const record = this.#get(workflowId);
    if (record.status.kind !== "pending") return;
    record.status = { kind: "canceled" };
    tellWatchers(this.#journal);
  }

  async resume(workflowId: string): Promise<void> {
    const record = this.#get(workflowId);
    if (record.status.kind !== "canceled") return;
    record.status = { kind: "pending" };
    tellWatchers(this.#journal);
  }

  async find(workflowId: string): Promise<WorkflowStatus | null> {
    return this.#journal.workflows.get(workflowId)?.status ?? null;
  }

  readonly #lookSoon = (): void => {
    for (const execution of this.#executions.values()) {
      if (execution.record.status.kind === "canceled") stop(execution);
    }
    if (this.#willLook) return;
    this.#willLook = true;
    queueMicrotask(() => {
      this.#willLook = false;
      if (this.#state === "running") this.#look();
    });
  };

  #look(): void {
    for (;;) {
      const running = [...this.#executions.values()].map((execution) => execution.record);
      const record = nextWorkflow(this.#journal, running, {
        workflows: this.#workflows,
        queues: this.#queues,
      });
      if (record === null) return;
      this.#run(record);
    }
  }

  #run(record: WorkflowRecord): void {
    const definition = this.#workflows.get(record.request.workflow);
    if (definition === undefined) return;
    record.owner = this.#me;
    const execution: Execution = {
      record,
      abort: new AbortController(),
      isLive: true,
      ended: Promise.resolve(),
    };
    this.#executions.set(record.request.id, execution);
    execution.ended = this.#execute(execution, definition);
  }

  async #execute(execution: Execution, definition: WorkflowDefinition): Promise<void> {
    const { record } = execution;
    const context = new MemoryContext({
      journal: this.#journal,
      record,
      timers: this.#timers,
      signal: execution.abort.signal,
      isLive: () => execution.isLive,
    });
    const status = await settle(async () => definition.run(context, asStored(record.request.input)));
    this.#executions.delete(record.request.id);
    if (record.owner === this.#me) record.owner = null;
    if (execution.isLive) record.status = status;
    tellWatchers(this.#journal);
  }

  #get(workflowId: string): WorkflowRecord {
    const record = this.#journal.workflows.get(workflowId);
    if (record === undefined) throw new AasError("not_found", `No workflow ${workflowId}`);
    return record;
  }
}

function stop(execution: Execution): void {
  execution.isLive = false;
  execution.abort.abort(new AasError("canceled", `Workflow ${execution.record.request.id} stops here`));
}

async function settle(run: () => Promise<Json>): Promise<WorkflowStatus> {
  try {
    return { kind: "completed", output: asStored(await run()) };
  } catch (error) {
    return { kind: "failed", message: messageOf(error) };
  }
}

async function withinTime(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
