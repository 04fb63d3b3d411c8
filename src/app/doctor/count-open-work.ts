import type { ProjectHome } from "../project/project-home.ts";
import type { ShutProvider } from "./examine-providers.ts";

export interface OpenWork {
  /** Those that somebody must drive: who waits for a person is not missed by a worker. */
  readonly waitingRuns: number;
  /** Their work stands on branches of our mirror and nowhere else. */
  readonly collectedTasks: number;
  /** What they may need, and nobody asks for a while. */
  readonly shutProviders: readonly ShutProvider[];
}

export const noWork: OpenWork = { waitingRuns: 0, collectedTasks: 0, shutProviders: [] };

export async function countOpenWork(home: ProjectHome, url: string): Promise<OpenWork> {
  const { openPostgresDatabase } = await import("../../adapters/postgres/postgres-database.ts");
  const db = await openPostgresDatabase({ url, maxConnections: 1 });
  try {
    const waiting = await db.runs.list(home.id, { statuses: ["queued", "running"] });
    const tasks = await db.tasks.list(home.id);
    const collected = tasks.filter(({ state }) => state.status === "collected");
    const shutProviders = await db.gates.listShut(home.id);
    return { waitingRuns: waiting.length, collectedTasks: collected.length, shutProviders };
  } finally {
    await db.close();
  }
}
