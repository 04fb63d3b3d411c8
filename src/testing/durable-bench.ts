import { setTimeout as sleep } from "node:timers/promises";
import type { Durable } from "../ports/durable.ts";
import type { DurableWorld } from "./durable-world.ts";

/** Everything of the port that can be asked from outside. */
export type DurableCalls = Pick<Durable, "start" | "signal" | "cancel" | "resume" | "find">;

/** One process that runs the workflows of `durable-workflows.ts`, or what stands for one. */
export interface DurableHost {
  readonly durable: DurableCalls;
  /** In good order, by `shutdown`. */
  stop(): Promise<void>;
  /** Without any order: kill -9. */
  kill(): Promise<void>;
}

/** Hosts that share one journal and one world. */
export interface DurableBench {
  readonly world: DurableWorld;
  open(): Promise<DurableHost>;
  /** Ends every host and forgets everything. */
  close(): Promise<void>;
}

/** Looks until it sees what it waits for. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | null | false> | Value | null | false,
  timeoutMs = 20_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(15);
  }
}

/** How it ended. */
export async function settled(
  host: DurableHost,
  id: string,
  timeoutMs?: number,
): Promise<ReturnType<Durable["find"]>> {
  return await eventually(
    `${id} settles`,
    async () => {
      const status = await host.durable.find(id);
      return status !== null && status.kind !== "pending" && status;
    },
    timeoutMs,
  );
}
