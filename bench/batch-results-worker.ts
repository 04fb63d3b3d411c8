// Takes in the results of one batch, or only parses the same bytes: in a process of its own, whose memory is its own.
// Started by batch-results.ts.
import { setTimeout as pauseFor } from "node:timers/promises";
import { z } from "zod";
import { OpenAiBatchProvider } from "../src/adapters/providers/openai/openai-batch-provider.ts";
import { openPostgresDatabase } from "../src/adapters/postgres/postgres-database.ts";
import { makePriceTable } from "../src/adapters/prices/price-table.ts";
import { systemClock } from "../src/adapters/system/system-clock.ts";
import { makeTimeOrderedIds } from "../src/adapters/system/time-ordered-ids.ts";
import { keepBatchResults } from "../src/app/worker/keep-batch-results.ts";
import { readPrompts } from "../src/app/read-prompts.ts";
import { plainPrice } from "../src/domain/money/price.ts";
import { Secret } from "../src/domain/secret.ts";
import { lookAtBatch } from "../src/pipeline/batching/look-at-batch.ts";
import { sampleRun } from "../src/testing/samples.ts";

const jobSchema = z.strictObject({
  url: z.string(),
  lines: z.number(),
  folder: z.string(),
  databaseUrl: z.string().nullable(),
});

export type WorkerJob = z.infer<typeof jobSchema>;

/** What one of both did, as it prints it. */
export interface TakenIn {
  readonly lines: number;
  readonly bytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

async function takeIn(
  { url, lines, folder }: Omit<WorkerJob, "databaseUrl">,
  databaseUrl: string,
): Promise<Pick<TakenIn, "lines" | "bytes" | "wallMs">> {
  const db = await openPostgresDatabase({ url: databaseUrl, maxConnections: 4 });
  const run = await db.runs.get(sampleRun().id);
  const [batch] = await db.batches.listHeadsOfRun(run.id);
  if (batch?.state.status !== "submitted") throw new Error("There is no batch to take in");
  const batchProvider = new OpenAiBatchProvider({
    baseUrl: url,
    apiKey: new Secret(`bench-${process.pid}-key`),
    clock: systemClock,
    pause: (ms, signal) => pauseFor(ms, undefined, { signal }),
    model: "gpt-5.4-mini",
    price: plainPrice(375_000, 2_250_000),
  });
  const deps = {
    db,
    batchProvider,
    clock: systemClock,
    ids: makeTimeOrderedIds(systemClock),
    prompts: await readPrompts(),
    prices: makePriceTable(),
    actor: "worker:bench",
  };
  const startedAt = performance.now();
  const state = await lookAtBatch(deps, run, batch, batch.state);
  const wallMs = performance.now() - startedAt;
  if (state.status !== "completed") throw new Error(`The batch ended as ${JSON.stringify(state)}`);
  // A worker writes them into a file next: not in the time, but in the memory.
  await keepBatchResults({ db }, run.projectId, folder);
  await db.close();
  return { lines, bytes: 0, wallMs };
}

/** All bytes in memory first: what is measured is JSON.parse and nothing else. */
async function parseOnly(url: string): Promise<Pick<TakenIn, "lines" | "bytes" | "wallMs">> {
  const text = await (await fetch(`${url}/files/file-out/content`)).text();
  const startedAt = performance.now();
  let lines = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    JSON.parse(line);
    lines += 1;
  }
  return { lines, bytes: Buffer.byteLength(text), wallMs: performance.now() - startedAt };
}

const { databaseUrl, ...job } = jobSchema.parse(JSON.parse(process.argv[2] ?? "{}"));
const before = process.cpuUsage();
const taken = databaseUrl === null ? await parseOnly(job.url) : await takeIn(job, databaseUrl);
const { user, system } = process.cpuUsage(before);
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ ...taken, cpuMs: (user + system) / 1000, peakMb } satisfies TakenIn));
