import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Pool } from "pg";
import { openPostgresDatabase } from "../src/adapters/postgres/postgres-database.ts";
import { workerMemoryFlags } from "../src/app/worker/worker-process.ts";
import { makeId, toTaskKey } from "../src/domain/ids.ts";
import { sampleProject, sampleRun } from "../src/testing/samples.ts";
import type { TakenIn, WorkerJob } from "./batch-results-worker.ts";
import type { PrivateServer } from "./private-server.ts";
import { customIdOf } from "./result-lines.ts";
import type { BenchRow } from "./row.ts";

const count = 50_000;
const limitMb = 200;
const name = "50,000 batch results";

/** A whole batch is taken in: from a server of its own process through adapter, parser and ledger into the database. */
export async function measureBatchResults(server: PrivateServer): Promise<readonly BenchRow[]> {
  const databaseUrl = await server.makeDatabase("batch_results");
  await writeBatch(databaseUrl);
  await using results = await openResultServer();
  const job = { url: results.url, lines: count, folder: join(server.folder, "results") };
  const floor = runWorker({ ...job, databaseUrl: null });
  const ours = runWorker({ ...job, databaseUrl });
  await assertAllSettled(databaseUrl);
  return toRows(ours, floor);
}

async function writeBatch(url: string): Promise<void> {
  const db = await openPostgresDatabase({ url, maxConnections: 1 });
  const project = sampleProject();
  const run = sampleRun({ projectId: project.id, state: { status: "running", stage: "wait" } });
  await db.projects.insert(project);
  await db.runs.insert(run);
  await db.batches.insert({
    id: makeId("bat", "1"),
    runId: run.id,
    version: 1,
    host: null,
    provider: "openai",
    state: { status: "submitted", providerRef: "batch_bench", since: new Date() },
    items: Array.from({ length: count }, (_, index) => ({
      customId: customIdOf(index + 1),
      taskKey: toTaskKey(`AAS-${index + 1}`),
      roomFactor: 1,
    })),
    createdAt: new Date(),
  });
  await db.close();
  await withPool(url, (pool) =>
    pool.query(
      `insert into aas.usages (key, run_id, purpose, prompt_version, provider, model, tier, status, micro_usd,
         most_tokens, warnings, created_at)
       select 'aas_tsk_' || n || '_1_1', $1, 'analyse', 'analyse.v1', 'openai', 'gpt-5.4-mini', 'batch', 'reserved',
         5000, 2500, '[]', now()
       from generate_series(1, $2::int) as n`,
      [run.id, count],
    ),
  );
}

/** What was not taken in whole is not worth a figure. */
async function assertAllSettled(url: string): Promise<void> {
  const { rows } = await withPool(url, (pool) =>
    pool.query<{ readonly settled: number; readonly kept: number }>(
      `select (select count(*)::int from aas.usages where status = 'settled' and not is_estimated) as settled,
         (select count(*)::int from aas.analyses where parsed is not null) as kept`,
    ),
  );
  if (rows[0]?.settled === count && rows[0].kept === count) return;
  throw new Error(`Not all results were taken in: ${JSON.stringify(rows)}`);
}

async function withPool<Result>(url: string, work: (pool: Pool) => Promise<Result>): Promise<Result> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

async function openResultServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const child = spawn(process.execPath, [pathOf("result-server.ts"), String(count)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url } = JSON.parse(line) as { readonly url: string };
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

function runWorker(job: WorkerJob): TakenIn {
  const result = spawnSync(
    process.execPath,
    [...workerMemoryFlags, pathOf("batch-results-worker.ts"), JSON.stringify(job)],
    { encoding: "utf8" },
  );
  if (result.status === 0) return JSON.parse(result.stdout) as TakenIn;
  throw new Error(`The worker ended with ${result.status ?? result.signal}: ${result.stderr}`);
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function toRows(ours: TakenIn, floor: TakenIn): readonly BenchRow[] {
  const megabytes = (floor.bytes / 1_000_000).toFixed(0);
  return [
    {
      name,
      ours: `${perSecond(ours)} lines/s`,
      floor: `${perSecond(floor)} lines/s (JSON.parse)`,
      ratio: ours.wallMs / floor.wallMs,
      target: null,
      samples: ours.lines,
      note:
        `${megabytes} MB over HTTP, read, judged, kept and paid in PostgreSQL, ${(ours.cpuMs / 1000).toFixed(1)} s ` +
        `of CPU in ${(ours.wallMs / 1000).toFixed(1)} s; the floor has all bytes in memory and keeps nothing`,
    },
    {
      name: `${name}, memory`,
      ours: `${ours.peakMb.toFixed(0)} MB RSS`,
      floor: null,
      ratio: null,
      target: { text: `< ${limitMb} MB`, figure: ours.peakMb, limit: limitMb },
      samples: 1,
      note:
        "at its highest, of the process that takes them in and writes their file, started like a worker " +
        `(${workerMemoryFlags.join(" ")})`,
    },
  ];
}

function perSecond({ lines, wallMs }: TakenIn): string {
  return String(Math.round((lines / wallMs) * 1000));
}
