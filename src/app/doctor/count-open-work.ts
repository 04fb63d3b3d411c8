import type { ProjectHome } from "../project/project-home.ts";

export interface OpenWork {
  /** Those that somebody must drive: who waits for a person is not missed by a worker. */
  readonly waitingRuns: number;
  /** Their work stands on branches of our mirror and nowhere else. */
  readonly collectedTasks: number;
}

export const noWork: OpenWork = { waitingRuns: 0, collectedTasks: 0 };

export async function countOpenWork(home: ProjectHome, url: string): Promise<OpenWork> {
  const { openPostgresDatabase } = await import("../../adapters/postgres/postgres-database.ts");
  const db = await openPostgresDatabase({ url, maxConnections: 1 });
  try {
    const waiting = await db.runs.list(home.id, { statuses: ["queued", "running"] });
    const tasks = await db.tasks.list(home.id);
    const collected = tasks.filter(({ state }) => state.status === "collected");
    return { waitingRuns: waiting.length, collectedTasks: collected.length };
  } finally {
    await db.close();
  }
}
