import type { Json } from "../domain/json.ts";
import type { EffectTable } from "./effects.ts";

/**
 * Makes sure that somebody keeps driving. A workflow is a function whose steps are recorded: after a crash it runs again
 * from the top, and recorded steps answer from the record. Everything between steps must be deterministic; everything
 * inside a step must be safe to repeat.
 */
export interface Durable {
  /** Registers what may run here and starts taking work. Called once per process. */
  launch(definitions: DurableDefinitions): Promise<void>;
  /** Stops taking work, aborts `signal` of what runs here, and returns when it has stopped; others take it over. */
  shutdown(): Promise<void>;
  /** Nothing happens when a workflow with this id exists already, in any state. */
  start(request: StartRequest): Promise<void>;
  /** Kept until the workflow takes it, early or late; the same key counts once. */
  signal(workflowId: string, signal: WorkflowSignal): Promise<void>;
  /** Aborts the step in flight and everything after it. */
  cancel(workflowId: string): Promise<void>;
  /** Lets a canceled workflow go on from its last recorded step, on the queue it came from. */
  resume(workflowId: string): Promise<void>;
  find(workflowId: string): Promise<WorkflowStatus | null>;
}

export interface DurableDefinitions {
  readonly workflows: readonly WorkflowDefinition[];
  readonly queues: readonly QueueDefinition[];
}

export interface WorkflowDefinition {
  readonly name: string;
  run(context: WorkflowContext, input: Json): Promise<Json>;
}

export interface QueueDefinition {
  readonly name: string;
  /** How many of its workflows this process runs at once. */
  readonly workerConcurrency: number;
  /** Workflows with the same key run one at a time, over all processes. */
  readonly isSerialPerKey: boolean;
}

export interface StartRequest {
  readonly workflow: string;
  readonly id: string;
  readonly input: Json;
  /** Null: starts here at once, without a place to wait for. */
  readonly queue: QueuePlace | null;
}

export interface QueuePlace {
  readonly name: string;
  /** 1 is served first. */
  readonly priority: number;
  /** Only for queues that are serial per key. */
  readonly key: string | null;
}

export interface WorkflowSignal {
  readonly topic: string;
  readonly payload: Json;
  readonly key: string;
}

export interface WorkflowContext {
  readonly workflowId: string;
  /** Aborted when the workflow is canceled or this process shuts down: pass it to everything that takes long. */
  readonly signal: AbortSignal;
  /** Runs the effect once, or answers what it answered before the crash. */
  step<Result extends Json>(name: string, effect: () => Promise<Result>): Promise<Result>;
  sleep(milliseconds: number): Promise<void>;
  /** Null when nothing came in time. */
  waitSignal(topic: string, timeoutMs: number): Promise<Json | null>;
  startChild(request: StartRequest): Promise<void>;
}

export type WorkflowStatus =
  | { readonly kind: "pending" }
  | { readonly kind: "completed"; readonly output: Json }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "canceled" };

export const durableEffects = {
  start: "effect",
  signal: "effect",
  cancel: "effect",
  resume: "effect",
  launch: "read",
  shutdown: "read",
  find: "read",
} as const satisfies EffectTable<Durable>;
