import type { OpenedProject } from "../project/open-project.ts";

export interface MigratedFacts {
  readonly from: number;
  readonly to: number;
}

/** Asks the database itself, where opening a project trusts a note that it was brought up to date. */
export async function migrateFacts({ store: { engineTarget } }: OpenedProject): Promise<MigratedFacts> {
  const { migrateDatabase, migratePool } = await import("../../adapters/postgres/migrate.ts");
  if (engineTarget.kind === "url") return migrateDatabase(engineTarget.url);
  const { readMigrations } = await import("../../adapters/postgres/migration-files.ts");
  return migratePool(engineTarget.pool, await readMigrations());
}
