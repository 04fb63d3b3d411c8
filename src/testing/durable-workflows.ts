import { setTimeout as sleep } from "node:timers/promises";
import { AasError, isAasError } from "../domain/errors.ts";
import type { Json } from "../domain/json.ts";
import type { Durable, DurableDefinitions, WorkflowContext } from "../ports/durable.ts";
import type { DurableWorld } from "./durable-world.ts";

/** The workflows of the contract suite. They leave a note where they have an effect. */
export function durableWorkflows(world: DurableWorld, durable: Durable): DurableDefinitions {
  const named = { walk, sleeper, listener, busy, unlucky, failing, parent, dated, teller };
  return {
    workflows: Object.entries(named).map(([name, run]) => ({
      name,
      run: async (context, input) => (run as RunScene)({ world, durable, context }, input),
    })),
    queues: [
      { name: "single", workerConcurrency: 1, isSerialPerKey: false },
      { name: "wide", workerConcurrency: 10, isSerialPerKey: false },
      { name: "pair", workerConcurrency: 2, isSerialPerKey: false },
      { name: "per-key", workerConcurrency: 4, isSerialPerKey: true },
    ],
  };
}

type RunScene = (scene: Scene, input: Json) => Promise<Json>;

interface Scene {
  readonly world: DurableWorld;
  readonly durable: Durable;
  readonly context: WorkflowContext;
}

export type Walk = { readonly steps: number; readonly holds: readonly number[]; readonly stepMs?: number };

/** Steps that note themselves; those in `holds` have had their effect, but end only when the test opens their gate. */
async function walk({ world, context }: Scene, { steps, holds, stepMs = 0 }: Walk): Promise<Json> {
  for (let n = 1; n <= steps; n += 1) {
    await context.step(`step ${n}`, async () => {
      world.note(`${context.workflowId} step ${n}`);
      if (stepMs > 0) await sleep(stepMs, null, { signal: context.signal });
      if (holds.includes(n)) await held({ world, context }, `${context.workflowId} ${n}`);
      return n;
    });
  }
  return steps;
}

async function held({ world, context }: Omit<Scene, "durable">, gate: string): Promise<void> {
  try {
    await world.untilGate(gate, context.signal);
  } catch (error) {
    world.note(`${context.workflowId} aborted`);
    throw error;
  }
}

async function sleeper(
  { world, context }: Scene,
  { milliseconds }: { readonly milliseconds: number },
): Promise<Json> {
  const { workflowId } = context;
  await context.step("before", async () => note(world, `${workflowId} falls asleep`));
  // Outside of steps on purpose: a second note tells that the workflow runs again.
  world.note(`${workflowId} sleeps`);
  await context.sleep(milliseconds);
  await context.step("after", async () => note(world, `${workflowId} wakes`));
  return null;
}

export type Listen = { readonly topic: string; readonly times: number; readonly timeoutMs: number };

async function listener(
  { world, context }: Scene,
  { topic, times, timeoutMs }: Listen,
): Promise<readonly Json[]> {
  const heard: Json[] = [];
  await context.step("listen", async () => note(world, `${context.workflowId} listens`));
  for (let n = 1; n <= times; n += 1) {
    const payload = await context.waitSignal(topic, timeoutMs);
    heard.push(payload);
    await context.step(`heard ${n}`, async () =>
      note(world, `${context.workflowId} heard ${JSON.stringify(payload)}`),
    );
  }
  return heard;
}

async function busy(
  { world, context }: Scene,
  { milliseconds }: { readonly milliseconds: number },
): Promise<Json> {
  const { workflowId, signal } = context;
  await context.step("work", async () => {
    world.note(`${workflowId} begins`);
    await sleep(milliseconds, null, { signal });
    world.note(`${workflowId} ends`);
    return null;
  });
  return null;
}

/** A step that fails, and what its workflow can see of it, before and after a crash. */
async function unlucky({ world, context }: Scene): Promise<Json> {
  let seen: Json = "nothing";
  try {
    await context.step("try", async () => {
      world.note(`${context.workflowId} tries`);
      const waiting = { provider: "openai", cause: "away", waitMs: 9_000, sinceMs: 1 } as const;
      throw new AasError("provider_waiting", "Nobody is there", { cure: "wait", retryable: true, waiting });
    });
  } catch (error) {
    if (!isAasError(error)) throw error;
    const { code, message, cure, retryable, waiting } = error;
    seen = { code, message, cure, retryable, waiting };
  }
  await context.step("hold", async () => {
    world.note(`${context.workflowId} holds`);
    await world.untilGate(`${context.workflowId} hold`, context.signal);
    return null;
  });
  return seen;
}

async function failing({ context }: Scene): Promise<Json> {
  return context.step("fail", async () => Promise.reject(new Error("It broke")));
}

export type Family = { readonly children: readonly string[] };

/** Asks for each child twice. */
async function parent({ world, context }: Scene, { children }: Family): Promise<Json> {
  for (const id of [...children, ...children]) {
    const queue = { name: "pair", priority: 1, key: null };
    await context.startChild({ workflow: "busy", id, input: { milliseconds: 10 }, queue });
  }
  await context.step("hold", async () => {
    world.note(`${context.workflowId} has started all`);
    await world.untilGate(`${context.workflowId} hold`, context.signal);
    return null;
  });
  return children.length;
}

async function dated({ context }: Scene): Promise<Json> {
  const value = await context.step("date", async () => new Date(0) as unknown as Json);
  return typeof value;
}

/** Talks to another workflow out of a step, as pipeline code does. */
async function teller({ durable, context }: Scene, { to }: { readonly to: string }): Promise<Json> {
  return context.step("tell", async () => {
    await durable.signal(to, { topic: "news", payload: "from a step", key: context.workflowId });
    const status = await durable.find(to);
    return status === null ? "nobody" : "told";
  });
}

function note(world: DurableWorld, line: string): null {
  world.note(line);
  return null;
}
