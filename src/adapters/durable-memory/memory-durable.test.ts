import { expect, onTestFinished, test } from "vitest";
import { describeDurable } from "../../testing/describe-durable.ts";
import { type DurableBench, type DurableHost, eventually } from "../../testing/durable-bench.ts";
import { durableWorkflows } from "../../testing/durable-workflows.ts";
import { createDurableWorld } from "../../testing/durable-world.ts";
import { type MemoryDurable, openMemoryDurable } from "./memory-durable.ts";
import { createMemoryJournal } from "./memory-journal.ts";
import type { Timers } from "./timers.ts";

test("time that is moved by hand wakes a sleeper after a day in no time", async () => {
  const timers = createTimersByHand();
  const world = createDurableWorld();
  onTestFinished(() => world.remove());
  const durable = openMemoryDurable({ timers });
  await durable.launch(durableWorkflows(world, durable));
  const dayMs = 86_400_000;
  await durable.start({ workflow: "sleeper", id: "long", input: { milliseconds: dayMs }, queue: null });
  await eventually("it sleeps", () => timers.waiting() === 1);

  timers.advance(dayMs - 1);
  const before = timers.waiting();
  timers.advance(1);
  await eventually("it ended", async () => (await durable.find("long"))?.kind === "completed");

  expect(before).toBe(1);
  expect(world.notes("long wakes")).toHaveLength(1);
});

interface TimersByHand extends Timers {
  advance(milliseconds: number): void;
  waiting(): number;
}

function createTimersByHand(): TimersByHand {
  const pending = new Map<() => void, number>();
  let now = 0;
  return {
    now: () => now,
    after: (milliseconds, call) => {
      const once = (): void => call();
      pending.set(once, now + milliseconds);
      return () => pending.delete(once);
    },
    waiting: () => pending.size,
    advance: (milliseconds) => {
      now += milliseconds;
      for (const [call, at] of pending) if (at <= now) call();
    },
  };
}

describeDurable("memory", async () => openMemoryBench());

/** A crash is an instance that may not write any more; what it left in the journal is all that its heir has. */
function openMemoryBench(): DurableBench {
  const journal = createMemoryJournal();
  const world = createDurableWorld();
  const instances: MemoryDurable[] = [];
  return {
    world,
    async open(): Promise<DurableHost> {
      const durable = openMemoryDurable({ journal });
      instances.push(durable);
      await durable.launch(durableWorkflows(world, durable));
      return {
        durable,
        stop: async () => durable.shutdown(),
        kill: async () => durable.crash(),
      };
    },
    async close(): Promise<void> {
      for (const instance of instances) await instance.shutdown();
      world.remove();
    },
  };
}
