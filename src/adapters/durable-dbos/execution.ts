import { AasError } from "../../domain/errors.ts";
import { within } from "./within.ts";

/** Why an execution may not go on: its process stops, or somebody canceled the workflow or took it over. */
export type EndReason = "shutdown" | "lost";

/** One run of one workflow's code in this process. */
export class Execution {
  readonly workflowId: string;
  readonly signal: AbortSignal;
  /** Settles when the workflow's code has returned. */
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();
  readonly #markEnded: () => void;
  #reason: EndReason | null = null;

  constructor(workflowId: string) {
    this.workflowId = workflowId;
    this.signal = this.#abort.signal;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#markEnded = resolve;
  }

  get endReason(): EndReason | null {
    return this.#reason;
  }

  stop(reason: EndReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#abort.abort(stopsHere(this.workflowId));
  }

  assertLive(): void {
    if (this.#reason !== null) throw stopsHere(this.workflowId);
  }

  markEnded(): void {
    this.#markEnded();
  }
}

export function stopsHere(workflowId: string): AasError {
  return new AasError("canceled", `Workflow ${workflowId} stops here`);
}

/** An effect that ignores its signal may hold up what comes after it only so long. */
const windDownMs = 10_000;

/** Everything that runs in this process, by workflow. */
export class Executions {
  readonly #running = new Map<string, Execution>();
  #isStopping = false;

  list(): readonly Execution[] {
    return [...this.#running.values()];
  }

  find(workflowId: string): Execution | null {
    return this.#running.get(workflowId) ?? null;
  }

  /** Null when this process is stopping. A second execution of a workflow lets the first one end before it begins. */
  async begin(workflowId: string): Promise<Execution | null> {
    const earlier = this.#running.get(workflowId);
    if (earlier !== undefined) {
      earlier.stop("lost");
      await within(windDownMs, earlier.ended);
    }
    if (this.#isStopping) return null;
    const execution = new Execution(workflowId);
    this.#running.set(workflowId, execution);
    return execution;
  }

  end(execution: Execution): void {
    if (this.#running.get(execution.workflowId) === execution) this.#running.delete(execution.workflowId);
    execution.markEnded();
  }

  async stopAll(): Promise<void> {
    this.#isStopping = true;
    const running = this.list();
    for (const execution of running) execution.stop("shutdown");
    await within(windDownMs, Promise.all(running.map((execution) => execution.ended)));
  }
}
