import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../../domain/json.ts";
import type { StartRequest, WorkflowContext } from "../../ports/durable.ts";
import { isConnectionLoss } from "./connection-loss.ts";
import type { Engine } from "./engine.ts";
import { type Execution, stopsHere } from "./execution.ts";
import { type RecordedOutcome, replayOutcome, toReturned, toThrown } from "./recorded-outcome.ts";

export interface ContextParts {
  readonly engine: Engine;
  readonly execution: Execution;
  /** How often a wait looks for itself whether a signal has come. */
  readonly signalLookMs: number;
  start(request: StartRequest): Promise<void>;
}

/** Timers of more than 24 days fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The port's context over the DBOS workflow that is running. */
export class DbosContext implements WorkflowContext {
  readonly workflowId: string;
  readonly signal: AbortSignal;
  readonly #parts: ContextParts;

  constructor(parts: ContextParts) {
    this.#parts = parts;
    this.workflowId = parts.execution.workflowId;
    this.signal = parts.execution.signal;
  }

  async step<Result extends Json>(name: string, effect: () => Promise<Result>): Promise<Result> {
    let fresh: { readonly error: unknown } | null = null;
    const outcome = await this.#record(name, async () => {
      try {
        return toReturned(await effect());
      } catch (error) {
        fresh = { error };
        return toThrown(error);
      }
    });
    if (fresh !== null) throw (fresh as { readonly error: unknown }).error;
    return replayOutcome(outcome) as Result;
  }

  /** Records when to wake, not that it woke: the wait itself can then be broken off at any time. */
  async sleep(milliseconds: number): Promise<void> {
    const recorded = await this.#record("sleep", async () => toReturned(Date.now() + milliseconds));
    const until = Number(replayOutcome(recorded));
    for (;;) {
      const left = until - Date.now();
      if (left <= 0) return;
      await this.#unlessStopped(sleep(Math.min(left, longestTimerMs), null, { signal: this.signal }));
    }
  }

  async waitSignal(topic: string, timeoutMs: number): Promise<Json | null> {
    this.#parts.execution.assertLive();
    const waiting = this.#parts.engine.DBOS.recv<Json>(topic, {
      timeoutSeconds: Math.max(0, timeoutMs) / 1000,
      pollingIntervalMs: this.#parts.signalLookMs,
    });
    return await this.#unlessStopped(waiting);
  }

  async startChild(request: StartRequest): Promise<void> {
    this.#parts.execution.assertLive();
    await this.#unlessStopped(this.#parts.start(request));
  }

  /**
   * An effect that failed because it was told to stop has no outcome: DBOS must never see it end, or a replay would
   * believe that it failed.
   */
  async #record(name: string, perform: () => Promise<RecordedOutcome>): Promise<RecordedOutcome> {
    this.#parts.execution.assertLive();
    const abandoned = Promise.withResolvers<never>();
    const recording = this.#parts.engine.DBOS.runStep(
      async () => {
        const outcome = await perform();
        if (outcome.kind === "returned" || !this.signal.aborted) return outcome;
        abandoned.reject(stopsHere(this.workflowId));
        return await new Promise<never>(() => {});
      },
      { name },
    );
    return await this.#orLost(Promise.race([recording, abandoned.promise]));
  }

  async #unlessStopped<Value>(work: Promise<Value>): Promise<Value> {
    const stopped = Promise.withResolvers<never>();
    const onAbort = (): void => stopped.reject(stopsHere(this.workflowId));
    this.signal.addEventListener("abort", onAbort);
    if (this.signal.aborted) onAbort();
    try {
      return await this.#orLost(Promise.race([work, stopped.promise]));
    } finally {
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  /**
   * DBOS tells at the next record that the workflow was canceled or taken over: from here on that is our signal too.
   * Where the database stayed away, nobody knows what was recorded, and only another execution can find out.
   */
  async #orLost<Value>(work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      if (this.#isLoss(error)) this.#parts.execution.stop("lost");
      this.#parts.execution.assertLive();
      throw error;
    }
  }

  #isLoss(error: unknown): boolean {
    const { DBOSWorkflowCancelledError, DBOSWorkflowConflictError } = this.#parts.engine.errors;
    const isTaken = error instanceof DBOSWorkflowCancelledError || error instanceof DBOSWorkflowConflictError;
    return isTaken || isConnectionLoss(error);
  }
}
