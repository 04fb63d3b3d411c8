import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import { layoutOf } from "../src/adapters/postgres/embedded/server-layout.ts";
import type { DemoProject } from "./demo-project.ts";
import { postmasterOf } from "./private-server.ts";
import { treeOf } from "./process-cpu.ts";
import type { BenchRow } from "./row.ts";

const limitMb = 200;
const settleMs = 3_000;

interface Memory {
  readonly rssMb: number;
  /** Pages that several share count for each in part: what would be free again if all of these ended. */
  readonly pssMb: number;
}

/** What stays in memory while a worker waits for work, with the database and its keeper. */
export async function measureIdleMemory({
  workerPid,
  stateFolder,
}: DemoProject): Promise<readonly BenchRow[]> {
  await pause(settleMs);
  const worker = memoryOf(treeOf(workerPid));
  const database = memoryOf(treeOf(postmasterOf(stateFolder)));
  const keeper = memoryOf(treeOf(keeperOf(stateFolder)));
  const pssMb = worker.pssMb + database.pssMb + keeper.pssMb;
  const rssMb = worker.rssMb + database.rssMb + keeper.rssMb;
  return [
    {
      name: "idle worker and database",
      ours: `${pssMb.toFixed(0)} MB PSS`,
      floor: null,
      ratio: null,
      target: { text: `< ${limitMb} MB`, figure: pssMb, limit: limitMb },
      samples: 1,
      note:
        `worker ${worker.pssMb.toFixed(0)}, database ${database.pssMb.toFixed(0)}, keeper ${keeper.pssMb.toFixed(1)} MB; ` +
        `RSS ${rssMb.toFixed(0)} MB counts shared pages once for each process`,
    },
  ];
}

function keeperOf(stateFolder: string): number {
  return Number.parseInt(readFileSync(join(layoutOf(stateFolder).socketFolder, "keeper"), "latin1"), 10);
}

function memoryOf(pids: readonly number[]): Memory {
  const parts = pids.map(memoryOfOne);
  const sum = (pick: (part: Memory) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  return { rssMb: sum((part) => part.rssMb), pssMb: sum((part) => part.pssMb) };
}

/** Nothing for a process that ended meanwhile. */
function memoryOfOne(pid: number): Memory {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
    return { rssMb: megabytes(text, "Rss"), pssMb: megabytes(text, "Pss") };
  } catch {
    return { rssMb: 0, pssMb: 0 };
  }
}

function megabytes(text: string, name: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${name}:`)) ?? "";
  return Number(/\d+/u.exec(line)?.[0] ?? 0) / 1024;
}
