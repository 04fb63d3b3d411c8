import { Pool } from "pg";
import { openPostgresDatabase } from "../src/adapters/postgres/postgres-database.ts";
import { sampleEvent } from "../src/testing/samples.ts";
import type { PrivateServer } from "./private-server.ts";
import type { BenchRow } from "./row.ts";

const durationMs = 2_000;

/** How many events a second go through the store, one a transaction, beside the same rows by bare SQL. */
export async function measureEventThroughput(server: PrivateServer): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const writers of [1, 8]) {
    const ours = await writeByStore(await server.makeDatabase(`events_${writers}`), writers);
    const bare = await writeBare(await server.makeDatabase(`bare_${writers}`), writers);
    rows.push(toRow(writers, ours, bare));
  }
  return rows;
}

async function writeByStore(url: string, writers: number): Promise<number> {
  const database = await openPostgresDatabase({ url, maxConnections: writers });
  try {
    return await countPerSecond(writers, async () => {
      await database.transaction(async ({ events }) => events.append([sampleEvent()]));
    });
  } finally {
    await database.close();
  }
}

/** Without the gapless number, which makes writers of one database wait for each other. */
async function writeBare(url: string, writers: number): Promise<number> {
  const pool = new Pool({ connectionString: url, max: writers });
  const { projectId, runId, type, subject, actor, to, details, at } = sampleEvent();
  const values = [projectId, runId, type, subject, actor, to, JSON.stringify(details), at];
  await pool.query("create sequence bare_seq");
  try {
    return await countPerSecond(writers, async () => {
      await pool.query(
        `insert into aas.events (seq, project_id, run_id, type, subject, actor, to_state, details, happened_at)
         values (nextval('bare_seq'), $1, $2, $3, $4, $5, $6, $7, $8)`,
        values,
      );
    });
  } finally {
    await pool.end();
  }
}

async function countPerSecond(writers: number, write: () => Promise<void>): Promise<number> {
  await write();
  const until = performance.now() + durationMs;
  const counts = await Promise.all(
    Array.from({ length: writers }, async () => {
      let count = 0;
      for (; performance.now() < until; count += 1) await write();
      return count;
    }),
  );
  return (counts.reduce((sum, count) => sum + count, 0) / durationMs) * 1_000;
}

function toRow(writers: number, ours: number, bare: number): BenchRow {
  return {
    name: `events by ${writers} writer${writers === 1 ? "" : "s"}`,
    ours: `${ours.toFixed(0)} /s`,
    floor: `${bare.toFixed(0)} /s (bare inserts)`,
    ratio: bare / ours,
    target: null,
    samples: Math.round((ours * durationMs) / 1_000),
    note: "one event a transaction; numbered without gaps, which the bare rows are not",
  };
}
