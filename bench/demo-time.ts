import { openEmbeddedServer } from "../src/adapters/postgres/embedded/embedded-server.ts";
import type { DemoProject } from "./demo-project.ts";
import { type BenchRow, median } from "./row.ts";

const attaches = 9;

/** How long people wait: for the demo from start to landing, and for a database that runs already. */
export async function measureDemo({ stateFolder, wallMs }: DemoProject): Promise<readonly BenchRow[]> {
  const waits: number[] = [];
  for (let attach = 0; attach < attaches; attach += 1) {
    const startedAt = performance.now();
    await openEmbeddedServer({ stateFolder, idleStopMs: 300_000 });
    waits.push(performance.now() - startedAt);
  }
  const shared = { floor: null, ratio: null, target: null };
  return [
    {
      ...shared,
      name: "aas demo",
      ours: `${(wallMs / 1_000).toFixed(1)} s wall`,
      samples: 1,
      note: "first start of the database, four tasks, checks in the sandbox",
    },
    {
      ...shared,
      name: "attach to a warm database",
      ours: `${median(waits).toFixed(1)} ms wall`,
      samples: attaches,
      note: "in a process that has the driver loaded",
    },
  ];
}
