// npm run bench: what the product costs, beside the least that could do the same work. Prints a table; `--write` also
// writes it to docs/benchmarks.md, `--only <part of a name>` runs some. Nothing is asserted: figures are for looking at.
import { measureBatchResults } from "./batch-results.ts";
import { measureDemo } from "./demo-time.ts";
import { openDemoProject } from "./demo-project.ts";
import { measureEngineOverhead } from "./engine-overhead.ts";
import { measureEventThroughput } from "./event-throughput.ts";
import { measureIdleMemory } from "./idle-memory.ts";
import { openPrivateServer } from "./private-server.ts";
import { renderTable } from "./render-table.ts";
import type { BenchRow } from "./row.ts";
import { measureSquashLandings } from "./squash-landings.ts";
import { measureStartUp } from "./start-up.ts";
import { writeDocument } from "./write-document.ts";

interface Bench {
  readonly name: string;
  readonly measure: () => Promise<readonly BenchRow[]>;
}

/** One after the other: two at once would measure each other. */
const benches: readonly Bench[] = [
  {
    name: "demo",
    measure: async () => {
      await using project = await openDemoProject();
      const memory = await measureIdleMemory(project);
      return [...measureStartUp(project), ...memory, ...(await measureDemo(project))];
    },
  },
  {
    name: "engine",
    measure: async () => {
      await using server = await openPrivateServer();
      return await measureEngineOverhead(server);
    },
  },
  { name: "landings", measure: measureSquashLandings },
  {
    name: "events",
    measure: async () => {
      await using server = await openPrivateServer();
      return await measureEventThroughput(server);
    },
  },
  {
    name: "results",
    measure: async () => {
      await using server = await openPrivateServer();
      return await measureBatchResults(server);
    },
  },
];

const args = process.argv.slice(2);
const only = args.includes("--only") ? (args[args.indexOf("--only") + 1] ?? "") : "";
const rows: BenchRow[] = [];
for (const { name, measure } of benches.filter((each) => each.name.includes(only))) {
  process.stderr.write(`bench: ${name}\n`);
  rows.push(...(await measure()));
}
process.stdout.write(renderTable(rows));
if (args.includes("--write")) writeDocument(rows);
