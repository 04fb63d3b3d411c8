import { describeDurable } from "../../testing/describe-durable.ts";
import type { DurableBench, DurableHost } from "../../testing/durable-bench.ts";
import { durableWorkflows } from "../../testing/durable-workflows.ts";
import { createDurableWorld } from "../../testing/durable-world.ts";
import { type MemoryDurable, openMemoryDurable } from "./memory-durable.ts";
import { createMemoryJournal } from "./memory-journal.ts";

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
